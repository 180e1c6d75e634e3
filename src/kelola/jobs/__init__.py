"""Background work: its declaration, its schedule as rows, and the supervisor of the processes.

A row is the truth and the queue only a hint: deleting the queue loses nothing but some seconds.
"""
