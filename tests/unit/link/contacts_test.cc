// Passes of satellites: what waits, what is refused, and how one hands over to the next.
#include "paths_world.h"

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

using Spans = std::vector<std::pair<seconds, seconds>>;

void set_contacts(World& world, unsigned path, const Spans& spans)
{
    std::vector<Contact> contacts;
    for (const auto& [start, end] : spans)
        contacts.push_back({start, end, {}});
    for (Listener* station : {world.user.get(), world.gateway.get()})
        station->link.set_contacts(path, contacts, world.now);
}

uint64_t bytes_sent(const World& world, unsigned path)
{
    return world.ways[path].bytes[0] + world.ways[path].bytes[1];
}

MessageId send(World& world, uint64_t seed, Time lifetime, Refusal* why = nullptr)
{
    return world.user->link.send(world.user->peer_key,
                                 message_of(random_bytes(200, seed), Class::kInteractive),
                                 world.now, world.now + lifetime, why);
}

} // namespace

BOOST_AUTO_TEST_CASE(nothing_is_sent_outside_of_contacts)
{
    World world({{milliseconds(20)}});
    set_contacts(world, 0, {{seconds(10), seconds(20)}, {seconds(40), seconds(50)}});
    for (size_t i = 0; i < 5000; ++i) // more than a contact takes
        send(world, i, kForever);
    world.run(seconds(10));
    BOOST_TEST(bytes_sent(world, 0) == 0u);
    BOOST_TEST(!world.user->link.path_state(world.user->peer_key, 0).contact);
    world.run(seconds(20));
    const uint64_t first = bytes_sent(world, 0);
    BOOST_TEST(first > 800'000u);
    BOOST_TEST((world.user->changes == std::vector{true}));
    world.run(seconds(40));
    BOOST_TEST(bytes_sent(world, 0) == first);
    BOOST_TEST((world.user->changes == std::vector{true, false}));
    BOOST_TEST((world.gateway->changes == std::vector{true, false}));
    world.run(seconds(100));
    BOOST_TEST(world.user->outcomes_of(Outcome::kDone) == 5000u);
    BOOST_TEST(world.gateway->received.size() == 5000u);
    BOOST_TEST(
        (world.user->link.next_contact(world.user->peer_key, 0, world.now) == Time::max()));
}

BOOST_AUTO_TEST_CASE(what_would_be_late_in_the_next_contact_is_refused_at_once)
{
    World world({{milliseconds(20)}, {milliseconds(250)}});
    set_contacts(world, 0, {{seconds(10), seconds(20)}});
    set_contacts(world, 1, {{seconds(15), seconds(20)}});
    world.run(seconds(1));
    Refusal why{};
    // From 1 s on: the contact, then delay and frame.
    BOOST_TEST(send(world, 0, seconds(9) + milliseconds(29), &why) == 0u);
    BOOST_TEST((why == Refusal::kTooLate));
    const MessageId waits = send(world, 1, seconds(9) + milliseconds(200));
    BOOST_TEST(waits != 0u);
    world.run(seconds(12));
    BOOST_TEST((world.user->outcomes.at(waits) == std::vector{Outcome::kDone}));
    world.run(seconds(25));
    BOOST_TEST(send(world, 2, seconds(1)) != 0u); // there may be a contact that is not known
}

BOOST_AUTO_TEST_CASE(a_second_satellite_takes_over_before_the_first_sets)
{
    World world({{milliseconds(20)}, {milliseconds(30)}});
    set_contacts(world, 0, {{seconds(5), seconds(60)}});
    set_contacts(world, 1, {{seconds(50), seconds(120)}});
    world.run(seconds(8));
    BOOST_TEST(world.is_up(*world.user, 0));
    uint64_t first_at_end = 0;
    for (size_t i = 0; world.now < seconds(110); ++i) {
        send(world, i, milliseconds(500));
        world.run(world.now + milliseconds(100));
        if (world.now == seconds(51))
            BOOST_TEST((world.is_up(*world.user, 1) && world.is_up(*world.gateway, 1)));
        if (world.now == seconds(60))
            first_at_end = bytes_sent(world, 0);
    }
    world.run(seconds(112));
    BOOST_TEST(world.user->outcomes_of(Outcome::kDone) == world.user->outcomes.size());
    BOOST_TEST(world.user->link.stats().messages_refused == 0u);
    BOOST_TEST((world.user->changes == std::vector{true}));
    BOOST_TEST((world.gateway->changes == std::vector{true}));
    BOOST_TEST(bytes_sent(world, 0) == first_at_end);
    BOOST_TEST(first_at_end > 0u);
}

BOOST_AUTO_TEST_CASE(a_contact_may_be_of_one_peer_and_the_schedule_may_change)
{
    World world({{milliseconds(20)}});
    const PublicKey other{9};
    world.user->link.set_contacts(0, {{seconds(0), seconds(60), other}}, world.now);
    world.run(seconds(20));
    BOOST_TEST(world.ways[0].bytes[0] == 0u);
    BOOST_TEST(!world.user->link.peer_is_up(world.user->peer_key));
    world.user->link.set_contacts(0, {{seconds(0), seconds(60), world.user->peer_key}},
                                  world.now);
    world.run(seconds(22));
    BOOST_TEST(world.user->link.peer_is_up(world.user->peer_key));
    const uint64_t sent = world.ways[0].bytes[0];
    world.user->link.set_contacts(0, {}, world.now); // none at all
    BOOST_TEST(!world.user->link.peer_is_up(world.user->peer_key));
    world.run(seconds(40));
    BOOST_TEST(world.ways[0].bytes[0] == sent);
}
