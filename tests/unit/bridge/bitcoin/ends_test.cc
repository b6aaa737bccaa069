// The recorded block through the bridge's ends: a gateway's subscriber, two links, a user's
// book.
#include "bitcoin_vectors.h"
#include "bridge/bitcoin/block_code.h"
#include "bridge/bitcoin/subscriber.h"
#include "bridge/messages.h"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <random>
#include <thread>

using namespace depinsat;
using namespace depinsat::bridge;
using namespace depinsat::bridge::bitcoin;
using namespace std::chrono_literals;

namespace {

constexpr uint32_t kEpoch = 7;

config::Station station_of(config::Role role, const link::PublicKey& peer)
{
    config::Station station;
    station.role = role;
    station.peers = {peer};
    config::Path path;
    path.delay = 1ms;
    path.waveform.symbol_rate_baud = 10'000'000;
    path.waveform.modcod = "qpsk_1-2";
    station.paths.push_back(std::move(path));
    return station;
}

/// Frames go from one link to the other at once.
struct Ends {
    link::KeyPair user_key = link::generate_key_pair(), gateway_key = link::generate_key_pair();
    config::Station user_file = station_of(config::Role::kUser, gateway_key.public_key),
                    gateway_file = station_of(config::Role::kGateway, user_key.public_key);
    asio::io_context io;
    link::MemoryStore user_store, gateway_store;
    LinkDriver user{io, user_file, user_key, user_store},
        gateway{io, gateway_file, gateway_key, gateway_store};
    NodeState state{*find_network("regtest")};
    Subscriber subscriber{io, gateway, state, user_key.public_key};
    LinkBook book{user, gateway_key.public_key};
    Joiner joiner;
    size_t transactions = 0;
    std::optional<DecodedBlock> block;
    uint64_t frames = 0;

    Ends()
    {
        book.begin(kEpoch);
        user.receive_kind(kBitcoinTransactions, [this](const auto&, auto bytes) {
            const auto carried = decode_carried(bytes);
            BOOST_REQUIRE(carried);
            book.received(*carried);
            transactions += carried->transactions.size();
        });
        user.receive_kind(kBitcoinBlock, [this](const auto&, auto bytes) {
            if (const auto body = joiner.take(bytes))
                block = decode_coded(*body, book.memory(), kEpoch);
        });
        user.start();
        gateway.start();
        run([this] { return gateway.peer_is_up(user_key.public_key); });
        subscriber.subscribe({state.network.id, kEpoch, true, true, 0, 1'000'000'000, {}});
    }

    void carry(LinkDriver& from, LinkDriver& to)
    {
        std::vector<uint8_t> frame(2000);
        while (from.fill(++frames, frame, {}) > 0) {
            from.sent(frames, 0);
            to.receive(frame, 0);
        }
    }

    template <class Done>
    void run(Done done)
    {
        const auto end = std::chrono::steady_clock::now() + 60s;
        while (!done()) {
            BOOST_REQUIRE(std::chrono::steady_clock::now() < end);
            io.poll();
            carry(user, gateway);
            carry(gateway, user);
            std::this_thread::sleep_for(1ms);
        }
    }

    /// Long enough for every acknowledgement.
    void settle()
    {
        const auto end = std::chrono::steady_clock::now() + 300ms;
        run([&] { return std::chrono::steady_clock::now() >= end; });
    }

    /// Packet bytes of the gateway for the block.
    uint64_t send(const Block& one)
    {
        settle();
        const uint64_t before = gateway.stats().packet_bytes_sent;
        subscriber.push(one);
        run([this] { return block.has_value(); });
        settle();
        return gateway.stats().packet_bytes_sent - before;
    }
};

/// @param unknown  so many of the block's transactions are not relayed before it.
void check(size_t unknown)
{
    const BlockPtr block = depinsat::test::recorded_block();
    auto relayed = depinsat::test::in_order_of_arrival(*block);
    std::mt19937 random(1);
    size_t unknown_bytes = 0;
    for (size_t i = 0; i < unknown; ++i) {
        const auto one = relayed.begin() + std::ptrdiff_t(random() % relayed.size());
        unknown_bytes += (*one)->bytes.size();
        relayed.erase(one);
    }
    Ends ends;
    for (const auto& transaction : relayed) {
        ends.state.pool.add(transaction);
        ends.subscriber.relay(transaction);
    }
    ends.run([&] { return ends.transactions == relayed.size(); });
    const uint64_t bytes = ends.send(*block);
    BOOST_REQUIRE(ends.block->block);
    BOOST_TEST((serialize(*ends.block->block) == serialize(*block)));
    std::cout << "bitcoin block, 1001 transactions, " << unknown << " unknown ("
              << unknown_bytes << " bytes): " << bytes << " packet bytes\n";
    BOOST_TEST(bytes <= (unknown == 0 ? 2000u : unknown_bytes + 2500));
}

} // namespace

BOOST_AUTO_TEST_CASE(a_block_that_the_link_knows_takes_at_most_2000_packet_bytes)
{
    check(0);
}

BOOST_AUTO_TEST_CASE(ten_percent_unknown_take_themselves_and_at_most_2500_packet_bytes)
{
    check(100);
}
