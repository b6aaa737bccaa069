"""The operators' package of depinsat: the `depinsat` command and what it is made of."""
