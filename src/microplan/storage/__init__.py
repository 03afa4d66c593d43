"""The plan file, the config file, and writing them safely."""
