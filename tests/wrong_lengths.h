#pragma once

#include "depinsat/core/types.h"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace depinsat::test {

/// Checks that a decoder refuses LLRs and messages of wrong lengths and writes nothing.
///
/// @param right  LLRs of a codeword that the decoder decodes.
template <class Decoder>
void check_wrong_lengths_are_refused(Decoder& decoder, const std::vector<Llr>& right)
{
    const size_t n = decoder.code().n, bytes = decoder.code().k / 8;
    BOOST_REQUIRE(right.size() == n);
    const auto refused = [&](size_t llr_count, size_t message_bytes) {
        std::vector<uint8_t> message(message_bytes, 0xA5);
        auto llrs = right;
        llrs.resize(llr_count);
        const bool decoded = decoder.decode(llrs, message).has_value();
        return !decoded && message == std::vector<uint8_t>(message_bytes, 0xA5);
    };
    for (const size_t llrs : {size_t(0), size_t(1), n - 1, n + 1})
        BOOST_TEST(refused(llrs, bytes));
    for (const size_t message : {size_t(0), bytes - 1, bytes + 1})
        BOOST_TEST(refused(n, message));
    BOOST_TEST(!refused(n, bytes));
}

} // namespace depinsat::test
