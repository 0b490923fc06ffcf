"""Durable work: the port, its engine, the dispatcher that feeds it and the worker that does it.

A row of the database (an upload in state `queued`, a delivery of a forge) is the durable record of what is to
be done; a job of the engine is only the order to look at that row. A lost job is handed over again, a job that
runs twice finds nothing left to do, and what a frozen worker writes too late is refused by the row's attempt.
"""
