"""Background work: claim a job, do it, record it; and schedules that queue jobs."""
