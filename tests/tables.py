"""Tables of cases: the last cell of a row is the sentence that names it."""


def ids(table):
    return [row[-1] for row in table]
