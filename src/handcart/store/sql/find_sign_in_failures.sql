-- Whether there are failures of an account, and until when it is locked.
SELECT locked_until FROM sign_in_failures WHERE project = $1 AND subject = $2
