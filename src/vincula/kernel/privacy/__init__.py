"""What we hold on people, what they agreed to, how long it stays, and how it goes (requirement X10).

The kernel knows no person. A room names its *subject* (the model whose records are people) and says of every field and
relation what it is to privacy; from that declaration and the model graph follow the export, the erasure and the rules.
"""
