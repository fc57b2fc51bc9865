"""The administration of sites and site groups, with Oracle Commerce's paths and conventions (``/ccadmin/v1``)."""
