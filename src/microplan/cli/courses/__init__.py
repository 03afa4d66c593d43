"""Published courses: the one that a person chose, the list of all, and the page of each."""
