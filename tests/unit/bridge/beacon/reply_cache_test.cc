#include "bridge/beacon/reply_cache.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::beacon;
using namespace std::chrono_literals;

namespace {

Root root(uint8_t value)
{
    Root root;
    root.fill(value);
    return root;
}

Head head_at(uint64_t slot, uint8_t block, uint8_t previous, uint8_t current)
{
    return {slot, root(block), root(9), root(previous), root(current), false, false};
}

ApiReply duties(uint8_t dependent)
{
    return json_reply({{"dependent_root", to_hex(root(dependent))}, {"data", Json::array()}});
}

struct Kept {
    bool holds(const Route& route, std::optional<Head> head, UnixTime now)
    {
        ReplyCache cache;
        cache.add("x", route, reply, asked_with, Chain(), asked_at);
        return cache.find("x", route, head, Chain(), now) != nullptr;
    }
    ApiReply reply;
    std::optional<Head> asked_with{};
    UnixTime asked_at = Chain().start_of(320);
};

} // namespace

BOOST_AUTO_TEST_CASE(proposers_hold_while_the_head_has_their_dependent_root)
{
    const Route of_10{Endpoint::kProposerDuties, 10};
    const UnixTime now = Chain().start_of(330);
    Kept kept{duties(4)};
    BOOST_TEST(kept.holds(of_10, head_at(325, 1, 3, 4), now));
    BOOST_TEST(kept.holds(of_10, head_at(325, 1, 4, 5), now)); // Fulu looks ahead
    BOOST_TEST(!kept.holds(of_10, head_at(325, 1, 3, 5), now));
    BOOST_TEST(kept.holds(of_10, head_at(319, 4, 2, 3), now)); // the head is the last before
    BOOST_TEST(!kept.holds(of_10, head_at(319, 5, 2, 3), now));
}

BOOST_AUTO_TEST_CASE(attesters_depend_on_the_epoch_before_the_last)
{
    const UnixTime now = Chain().start_of(330);
    Kept kept{duties(4)};
    BOOST_TEST(kept.holds({Endpoint::kAttesterDuties, 10}, head_at(325, 1, 4, 5), now));
    BOOST_TEST(!kept.holds({Endpoint::kAttesterDuties, 10}, head_at(325, 1, 3, 4), now));
    BOOST_TEST(kept.holds({Endpoint::kAttesterDuties, 11}, head_at(325, 1, 3, 4), now));
}

BOOST_AUTO_TEST_CASE(duties_that_no_head_can_tell_of_hold_for_the_slot)
{
    Kept kept{duties(4)};
    const Route route{Endpoint::kProposerDuties, 10};
    BOOST_TEST(kept.holds(route, {}, Chain().start_of(320) + 11s));
    BOOST_TEST(!kept.holds(route, {}, Chain().start_of(321)));
    Kept rootless{json_reply(Json::object())};
    BOOST_TEST(!rootless.holds(route, {}, Chain().start_of(320)));
}

BOOST_AUTO_TEST_CASE(other_replies_hold_for_an_epoch_a_period_or_a_day)
{
    Kept kept{json_reply(Json::object()), head_at(320, 1, 2, 3)};
    const auto at = [](uint64_t slot) {
        return Chain().start_of(slot);
    };
    const Route epoch{Endpoint::kPerEpoch, 0}, sync{Endpoint::kSyncDuties, 10},
        constant{Endpoint::kConstant, 0};
    BOOST_TEST(kept.holds(epoch, head_at(351, 1, 2, 3), at(351)));
    BOOST_TEST(!kept.holds(epoch, head_at(352, 1, 2, 3), at(352)));
    BOOST_TEST(kept.holds(sync, head_at(255 * 32, 1, 2, 3), at(255 * 32)));
    BOOST_TEST(!kept.holds(sync, head_at(256 * 32, 1, 2, 3), at(256 * 32)));
    BOOST_TEST(kept.holds(constant, {}, at(320) + 23h));
    BOOST_TEST(!kept.holds(constant, {}, at(320) + 24h));
}

BOOST_AUTO_TEST_CASE(a_reorganisation_across_an_epoch_ends_sync_duties)
{
    ReplyCache cache;
    const Route route{Endpoint::kSyncDuties, 10};
    const std::string key = ReplyCache::key_of({}, route, Chain());
    BOOST_TEST(key == ReplyCache::key_of({}, {Endpoint::kSyncDuties, 255}, Chain()));
    BOOST_TEST(key != ReplyCache::key_of({}, {Endpoint::kSyncDuties, 256}, Chain()));
    const UnixTime now = Chain().start_of(330);
    cache.on_head(head_at(325, 1, 2, 3), Chain());
    cache.add(key, route, duties(0), {}, Chain(), now);
    cache.on_head(head_at(326, 2, 2, 3), Chain());
    BOOST_TEST(cache.find(key, route, {}, Chain(), now));
    cache.on_head(head_at(327, 2, 2, 4), Chain());
    BOOST_TEST(!cache.find(key, route, {}, Chain(), now));
}

BOOST_AUTO_TEST_CASE(the_replies_used_longest_ago_make_room)
{
    ReplyCache cache;
    const Route route{Endpoint::kConstant, 0};
    const UnixTime now = Chain().start_of(1);
    const auto key = [](size_t i) {
        return "key " + std::to_string(i);
    };
    for (size_t i = 0; i <= ReplyCache::kMaxReplies; ++i)
        cache.add(key(i), route, duties(0), {}, Chain(), now);
    BOOST_TEST(!cache.find(key(0), route, {}, Chain(), now));
    BOOST_TEST(cache.find(key(1), route, {}, Chain(), now));
}
