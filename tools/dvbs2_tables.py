"""Names that the tables of DVB-S2 and DVB-S2X share: one rule for the generators and the tools."""


def modcod_name(row):
    """Name of a row of modcods.csv: "QPSK 1/2" -> qpsk_1-2, "16APSK 2/3-L" -> 16apsk_2-3-l."""
    return row["name"].lower().replace(" ", "_").replace("/", "-")


def vlsnr_name(name):
    """Name of a row of vlsnr.json: "pi/2 BPSK 1/5 SF2" -> bpsk_1-5_sf2."""
    return modcod_name({"name": name.removeprefix("pi/2 ")})


def constellation_name(constellation, code_identifier, frame):
    """Key of modulation::find_constellation(): the rings of APSK depend on the code rate, those of
    4+12+16rbAPSK on the frame size also."""
    name = constellation.removesuffix(" (points)")
    if "APSK" not in name:
        return name
    return f"{name} {code_identifier}" + (f" {frame}" if name == "4+12+16rbAPSK" else "")
