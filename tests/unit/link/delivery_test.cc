// Messages over paths that lose, repeat, reorder and damage: each arrives once.
#include "simulated_path.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

constexpr Time kForever = std::chrono::hours(1000);

struct Quality {
    std::string_view name;
    Impairments impairments;
    friend std::ostream& operator<<(std::ostream& out, const Quality& q)
    {
        return out << q.name;
    }
};

const Quality kQualities[] = {
    {"clean", {}},
    {"reflected", {.reflected = true}},
    {"loss 5 %", {.loss = 0.05}},
    {"loss 30 %", {.loss = 0.3}},
    {"reordered", {.reorder = milliseconds(80)}},
    {"repeated", {.repeated = 0.3}},
    {"damaged", {.damaged = 0.2}},
    {"all",
     {.loss = 0.1,
      .repeated = 0.1,
      .damaged = 0.1,
      .reorder = milliseconds(50),
      .reflected = true}},
};

} // namespace

BOOST_DATA_TEST_CASE(every_message_arrives_once_on_any_path, kQualities, quality)
{
    for (const uint64_t seed : {1, 2, 3}) {
        BOOST_TEST_CONTEXT("seed " << seed)
        {
            const TwoKeys keys;
            const auto user = keys.make_user(), gateway = keys.make_gateway();
            Path path({.impairments = quality.impairments, .seed = seed});
            Bag sent[2];
            const size_t sizes[] = {0, 1, 100, 855, 856, 857, 5000, 40000};
            for (int i = 0; i < 64; ++i) {
                const size_t size = sizes[i % 8];
                const auto message_class = i % 3 ? Class::kBulk : Class::kTransaction;
                for (Station* from : {user.get(), gateway.get()}) {
                    const Bytes bytes = random_bytes(size, seed * 1000 + size_t(i));
                    sent[from == gateway.get()].insert(bytes);
                    BOOST_TEST(from->link.send(from->peer_key, message_of(bytes, message_class),
                                               path.now, kForever) != 0u);
                }
            }
            const bool done = path.run(*user, *gateway, seconds(120), [&] {
                return user->outcomes.size() == 64 && gateway->outcomes.size() == 64;
            });
            BOOST_TEST(done);
            path.run(*user, *gateway, path.now + seconds(2)); // nothing comes behind
            BOOST_TEST(user->outcomes_of(Outcome::kDone) == 64u);
            BOOST_TEST(gateway->outcomes_of(Outcome::kDone) == 64u);
            for (Station* to : {user.get(), gateway.get()}) {
                Bag received;
                for (const Message& message : to->received)
                    received.insert(message.bytes);
                BOOST_TEST((received == sent[to == user.get()]));
            }
            if (quality.name == "clean") {
                BOOST_TEST(user->link.stats().segments_repeated == 0u);
                BOOST_TEST(user->link.stats().rejected_packets == 0u);
            }
        }
    }
}
