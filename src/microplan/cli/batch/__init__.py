"""The command `batch`: which table is read, where its plans go, and what is said of its rows."""
