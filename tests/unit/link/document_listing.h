#pragma once

#include "depinsat/link/noise.h"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iomanip>
#include <iterator>
#include <span>
#include <sstream>
#include <string>

namespace depinsat::link::test {

inline KeyPair key_of(uint8_t byte)
{
    std::array<uint8_t, 32> secret;
    secret.fill(byte);
    return key_pair_of(secret);
}

/// A block of docs/protocol.md: what the bytes are, and the bytes in hexadecimal.
class Listing
{
public:
    void add(const std::string& what, std::span<const uint8_t> bytes)
    {
        out_ << what << '\n' << std::hex << std::setfill('0');
        for (size_t i = 0; i < bytes.size(); ++i)
            out_ << (i % 32 ? "" : i ? "\n  " : "  ") << std::setw(2) << unsigned(bytes[i]);
        out_ << std::dec << '\n';
    }

    void check_in_document() const
    {
        std::ifstream file(DEPINSAT_VECTORS "/../../docs/protocol.md");
        const std::string document{std::istreambuf_iterator<char>(file), {}};
        const std::string text = "```\n" + out_.str() + "```\n";
        BOOST_TEST((document.find(text) != std::string::npos), "it should be:\n" << text);
    }

private:
    std::ostringstream out_;
};

} // namespace depinsat::link::test
