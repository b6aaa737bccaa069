"""GNU Radio blocks of the satellite link; docs/blocks.md lists their tags and message ports."""
from .depinsat_python import *
