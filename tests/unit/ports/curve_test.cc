#include "ports/curve.h"
#include "temporary_folder.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::ports;
using depinsat::test::TemporaryFolder;

namespace {

// The keys of the ZeroMQ project's own examples (zmq_curve(7)).
const std::string kSecret = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";
const std::string kPublic = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";

std::string error_of(const std::filesystem::path& file)
{
    try {
        load_curve_key_file(file);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

BOOST_AUTO_TEST_CASE(z85_is_that_of_the_specification)
{
    CurveKey key{0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B}; // RFC 32, "Test Case"
    const std::string text = to_z85(key);
    BOOST_TEST(text.starts_with("HelloWorld"));
    BOOST_TEST(text.size() == 40u);
    BOOST_TEST((from_z85(text) == key));
}

BOOST_AUTO_TEST_CASE(texts_that_are_no_key_are_refused)
{
    BOOST_TEST(from_z85(kPublic).has_value());
    for (const std::string& text :
         {std::string(), kPublic.substr(1), kPublic + "0", kPublic.substr(5), kPublic + "00000",
          kPublic.substr(1) + " ", kPublic.substr(1) + "\"", kPublic.substr(1) + "\x80",
          kPublic.substr(1) + '\0', "#####" + kPublic.substr(5),
          std::string("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")})
        BOOST_TEST(!from_z85(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(a_made_key_is_loaded_again_and_never_overwritten)
{
    const TemporaryFolder folder;
    const auto file = folder.path / "modem-curve.key";
    const CurveKeyPair made = generate_curve_key_file(file);
    const CurveKeyPair loaded = load_curve_key_file(file);
    BOOST_TEST((loaded.public_key == made.public_key));
    BOOST_TEST((loaded.secret_key == made.secret_key));
    struct stat status {
    };
    BOOST_TEST(stat(file.c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0600u);
    BOOST_CHECK_THROW(generate_curve_key_file(file), std::runtime_error);
    BOOST_TEST((load_curve_key_file(file).secret_key == made.secret_key));
}

BOOST_AUTO_TEST_CASE(the_public_key_follows_from_the_secret_one)
{
    const TemporaryFolder folder;
    const CurveKeyPair pair = load_curve_key_file(folder.write(kSecret + "\n"));
    BOOST_TEST(to_z85(pair.public_key) == kPublic);
    BOOST_TEST(to_z85(pair.secret_key) == kSecret);
}

BOOST_AUTO_TEST_CASE(bad_key_files_are_refused)
{
    const TemporaryFolder folder;
    BOOST_TEST(error_of(folder.write(kSecret)) == "no error");
    BOOST_TEST(error_of(folder.path / "none").ends_with("none: No such file or directory"));
    BOOST_TEST(error_of(folder.path).ends_with("is no regular file"));
    for (const mode_t mode : {0640, 0604, 0660})
        BOOST_TEST(error_of(folder.write(kSecret, mode)).find("mode must be 0600") !=
                   std::string::npos);
    // A station's key file, of base64, is none.
    for (const std::string& text :
         {std::string(), kSecret + "\n\n", kSecret + "x", kSecret.substr(1),
          std::string("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n"),
          std::string(1000, 'A')})
        BOOST_TEST(error_of(folder.write(text)).find("holds no CURVE key") !=
                   std::string::npos);
}
