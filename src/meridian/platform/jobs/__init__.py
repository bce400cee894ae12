"""Work in the background: a worker process over jobs in PostgreSQL, periodic jobs, and the alarm when one falls silent.

Nothing here is deferred inside a posting: queuing a job notifies, and notifying makes committers wait for each other.
"""
