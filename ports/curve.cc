#include "ports/curve.h"

#include "ports/key_file.h"

#include <zmq.h>

#include <stdexcept>

namespace depinsat::ports {
namespace {

constexpr size_t kTextSize = 40;

void require(bool done, const char* what)
{
    if (!done)
        throw std::runtime_error(std::string(what) + ": " + zmq_strerror(zmq_errno()));
}

} // namespace

std::string to_z85(const CurveKey& key)
{
    char text[kTextSize + 1];
    zmq_z85_encode(text, key.data(), key.size());
    return text;
}

std::optional<CurveKey> from_z85(std::string_view text)
{
    CurveKey key;
    if (text.size() != kTextSize || text.find('\0') != text.npos ||
        !zmq_z85_decode(key.data(), std::string(text).c_str()))
        return {};
    return key;
}

CurveKeyPair generate_curve_key_file(const std::filesystem::path& file)
{
    char public_key[kTextSize + 1], secret_key[kTextSize + 1];
    require(zmq_curve_keypair(public_key, secret_key) == 0, "CURVE");
    create_key_file(file, std::string(secret_key) + '\n');
    return {*from_z85(public_key), *from_z85(secret_key)};
}

CurveKeyPair load_curve_key_file(const std::filesystem::path& file)
{
    const std::string text = read_key_file(file);
    const auto secret = from_z85(text);
    if (!secret)
        fail_key_file(file, "holds no CURVE key; `depinsat keygen --curve` makes one");
    char public_key[kTextSize + 1];
    require(zmq_curve_public(public_key, text.c_str()) == 0, "CURVE");
    return {*from_z85(public_key), *secret};
}

} // namespace depinsat::ports
