// A group's key, wrapped for one member.
#include "depinsat/link/group_key_wrap.h"

#include "unit/link/document_listing.h"

#include <boost/test/data/test_case.hpp>

#include <algorithm>
#include <vector>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

const KeyPair kSender = key_of(2), kMember = key_of(1), kOther = key_of(5);

GroupKeyHandover handover()
{
    GroupKeyHandover handover;
    handover.wrapped_at = 1790000000;
    std::fill(handover.key.begin(), handover.key.end(), uint8_t(7));
    return handover;
}

std::vector<uint8_t> wrapped()
{
    auto bytes = wrap_group_key(kSender, kMember.public_key, handover(), key_of(3));
    BOOST_TEST_REQUIRE(bytes.has_value());
    return *bytes;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_member_gets_the_key_and_the_time_of_its_wrapping)
{
    BOOST_TEST(wrapped().size() == GroupKeyHandover::kWrappedBytes);
    const auto got = unwrap_group_key(kMember, kSender.public_key, wrapped());
    BOOST_TEST_REQUIRE(got.has_value());
    BOOST_TEST((got->key == handover().key));
    BOOST_TEST(got->wrapped_at == handover().wrapped_at);
}

BOOST_AUTO_TEST_CASE(nobody_else_gets_it_and_nobody_else_can_have_made_it)
{
    BOOST_TEST(!unwrap_group_key(kOther, kSender.public_key, wrapped()));
    BOOST_TEST(!unwrap_group_key(kMember, kOther.public_key, wrapped()));
}

BOOST_AUTO_TEST_CASE(no_byte_of_it_can_be_changed)
{
    for (size_t i = 0; i < GroupKeyHandover::kWrappedBytes; ++i) {
        auto changed = wrapped();
        changed[i] ^= 1;
        BOOST_TEST(!unwrap_group_key(kMember, kSender.public_key, changed), "byte " << i);
    }
}

BOOST_DATA_TEST_CASE(another_length_is_refused,
                     boost::unit_test::data::make({0, 31, 47, 48, 83, 85, 128}),
                     bytes)
{
    auto changed = wrapped();
    changed.resize(size_t(bytes));
    BOOST_TEST(!unwrap_group_key(kMember, kSender.public_key, changed));
}

BOOST_AUTO_TEST_CASE(what_is_no_public_key_gets_nothing)
{
    BOOST_TEST(!wrap_group_key(kSender, PublicKey{}, handover(), key_of(3)));
}

BOOST_AUTO_TEST_CASE(the_wrapped_key_in_the_document_is_what_the_code_makes)
{
    Listing listing;
    listing.add("member's public key", kMember.public_key);
    listing.add("the group's key, wrapped", wrapped());
    listing.check_in_document();
}
