"""Site groups and sites as an administrator works with them: asked for, shown, published, and found ready to share."""
