"""Peter's worlds as gymnasium environments."""
