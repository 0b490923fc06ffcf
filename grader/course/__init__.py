"""The domain: users, courses, schedules, attempts, gradebook. Tables, and plain functions over a Session."""
