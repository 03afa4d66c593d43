"""What a plan is: rules, log, sessions, and the values they are made of."""
