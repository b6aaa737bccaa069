"""Keys of groups, as `depinsat keygen` makes them and carries them to a member."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command_world import TestCase, depinsat  # noqa: E402


class GroupKeys(TestCase):
    def setUp(self):
        super().setUp()
        self.group, self.copy, self.sender, self.member = (
            self.folder / name for name in ("heads.group", "copy.group", "sender.key", "member.key"))
        self.sender_key = depinsat("keygen", self.sender).stdout.strip()
        self.member_key = depinsat("keygen", self.member).stdout.strip()
        self.assertEqual(depinsat("keygen", "--group", self.group).returncode, 0)

    def test_the_key_goes_to_a_member_wrapped(self):
        wrapped = depinsat("keygen", "--wrap", "--key", self.sender, "--station", self.member_key, self.group).stdout.strip()
        unwrap = ("keygen", "--unwrap", wrapped, "--key", self.member, "--station")
        self.check_refused(depinsat(*unwrap, self.member_key, self.copy), 2, "--wrapped")
        self.assertFalse(self.copy.exists())
        self.assertIn("UTC", depinsat(*unwrap, self.sender_key, self.copy).stdout)
        self.assertEqual((self.copy.read_text(), self.copy.stat().st_mode & 0o777), (self.group.read_text(), 0o600))
        self.check_refused(depinsat(*unwrap, self.sender_key, self.copy), 2, "File exists")

    def test_what_is_missing_is_told(self):
        self.check_refused(depinsat("keygen", "--wrap", self.group), 2, "--station")
        self.check_refused(depinsat("keygen", "--key", self.sender, self.group), 2, "--wrap")
        self.check_refused(depinsat("keygen", "--group", "--sender", self.sender), 2, "stand alone")

    def test_a_sender_is_shown_as_others_list_it(self):
        shown = depinsat("keygen", "--sender", self.sender).stdout.split()
        self.assertEqual((shown[0], len(shown)), (self.sender_key, 2))


if __name__ == "__main__":
    unittest.main()
