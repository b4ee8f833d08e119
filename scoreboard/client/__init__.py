"""The follower's side: what it shows, how it resumes, how it waits. Pure but for the session."""
