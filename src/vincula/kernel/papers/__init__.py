"""Papers: what we produce from records and hand to others, as PDF, DOCX or a page, in the reader's language.

A room declares a ``Paper`` and a function that tells its content as a tree of plain parts; the writers are here. What
the person who asks may not see is not in the paper. The same input gives the same file, byte for byte.
"""
