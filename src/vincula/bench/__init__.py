"""``vincula bench``: how quick the house is, measured on data it makes itself, beside a bare page on the same machine.

Makes organisations with their people in a home and a database of its own, never in the operator's; serves them with
one worker; asks whole pages over HTTP. What it says is what docs/measured.md holds.
"""
