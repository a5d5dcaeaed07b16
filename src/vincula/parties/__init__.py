"""Who: organisations, people, teams, functions, expertise, and everything said and done between them.

An **organisation** is whoever we run services for or with; a **person** works for one or several of them through
dated **affiliations** and may hold **contact roles** there. Our own people work in **teams** and hold **functions**;
their **expertise** is kept with its evidence. **Interactions**, **meetings**, **tasks** and **documents** are what
happens; an organisation's **steward** answers for the truth of its record until the next **review date**.
"""
