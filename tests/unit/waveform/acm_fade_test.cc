// ACM through waves, in the time of the samples: the transmitter of a gateway, a satellite
// whose carrier fades, the receiver of a user, and two links, of which the user's tells how it
// hears.
#include "depinsat/channel/awgn.h"
#include "depinsat/channel/fade.h"
#include "depinsat/framing/plframe.h"
#include "depinsat/link/acm.h"
#include "depinsat/link/link.h"
#include "depinsat/waveform/dvbs2_receiver.h"
#include "depinsat/waveform/dvbs2_transmitter.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <deque>
#include <map>
#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace std::chrono_literals;
using link::Time;

namespace {

constexpr size_t kPiece = 100; // samples, two a symbol
constexpr Time kDelay = 250ms;
constexpr channel::Fade kFade{6, 25, 1e6, 10, 10}; // 10 dB in 10 s, 5 s there, 10 s back
constexpr double kClearDb = 16;
constexpr Time kLength = 36s, kRest = 1s;  // in the rest all that was sent arrives
constexpr uint8_t kBefore = 1, kAfter = 2; // streams: which frames went before the first report

double seconds(Time time)
{
    return std::chrono::duration<double>(time).count();
}

/// A carrier of two samples a symbol, and its time.
struct Carrier {
    double baud;
    uint64_t samples = 0; // that have left the transmitter

    double rate() const { return 2 * baud; }
    Time now() const { return Time(int64_t(double(samples) / rate() * 1e9)); }
    Time time_of(size_t symbols) const { return Time(int64_t(double(symbols) / baud * 1e9)); }
};

size_t symbols_of(const framing::Modcod& modcod)
{
    return framing::plframe_symbols(modcod.slots, true);
}

double bits_per_symbol(const framing::Modcod& modcod)
{
    return 8.0 * double(modcod.data_field_bytes()) / double(symbols_of(modcod));
}

const framing::Modcod& most_robust()
{
    return framing::find_modcod("qpsk_1-4", framing::FrameSize::kShort);
}

struct Station : link::LinkEvents {
    Station(bool initiator,
            const link::KeyPair& own,
            const link::PublicKey& peer,
            std::chrono::milliseconds frame_time)
        : link({.initiator = initiator, .one_way_delay = 250ms, .max_frame_time = frame_time},
               own,
               std::span(&peer, 1),
               *this,
               store)
    {}
    void on_message(const link::PublicKey&, const link::Message&) override {}
    void on_outcome(link::MessageId, link::Outcome) override { --outstanding; }
    void on_peer(const link::PublicKey&, bool) override {}
    void on_reception(const link::PublicKey&, double es_n0_db, unsigned) override
    {
        if (told)
            told(es_n0_db);
    }
    /// There is always something to send: an idle link tells less of how it hears.
    void keep_busy(const link::PublicKey& peer, Time now)
    {
        link::Message bulk{link::Class::kBulk, 0, std::vector<uint8_t>(100'000)};
        if (outstanding < 2 && link.send(peer, std::move(bulk), now, now + 60s))
            ++outstanding;
    }
    std::function<void(double)> told;
    int outstanding = 0;
    link::MemoryStore store;
    link::Link link;
};

link::AcmConfig acm_config(const Carrier& carrier)
{
    link::AcmConfig config;
    for (const auto& modcod : framing::modcods())
        if (modcod.frame_size == framing::FrameSize::kShort && is_of_dvb_s2(modcod))
            config.allowed.push_back(&modcod);
    config.symbol_rate_baud = carrier.baud;
    return config;
}

/// Frames of the gateway, each full, with the MODCOD that the controller chooses when it is
/// due.
struct Gateway : waveform::Dvbs2FrameSource {
    Gateway(Station& station, const link::PublicKey& peer, const Carrier& carrier)
        : station(station), peer(peer), carrier(carrier), acm(acm_config(carrier))
    {}

    bool next(waveform::Dvbs2FrameToSend& frame) override
    {
        const Time now = carrier.now();
        if (now > kLength)
            return false;
        station.keep_busy(peer, now);
        const bool robust = station.link.introduces(now);
        const auto& chosen = acm.choose(now);
        frame.modcod = robust ? acm.ladder().front().modcod : &chosen;
        frame.header.ccm = frame.header.single_stream = false;
        frame.header.isi = reported ? kAfter : kBefore;
        frame.data_field.assign(frame.modcod->data_field_bytes(), 0);
        station.link.fill(++sequence, frame.data_field, now);
        station.link.sent(sequence, now);
        if (reported)
            count(*frame.modcod);
        return true;
    }

    void count(const framing::Modcod& modcod)
    {
        const auto symbols = double(symbols_of(modcod));
        ++sent;
        ++modcods[&modcod];
        bits += symbols * bits_per_symbol(modcod);
        best_bits += symbols * best(seconds(carrier.now() + kDelay) + symbols / carrier.baud);
    }

    /// Of the best MODCOD for the Es/N0 when the frame arrives.
    double best(double arrival_s) const
    {
        double most = bits_per_symbol(*acm.ladder().front().modcod);
        for (const auto& step : acm.ladder())
            if (step.required_db <= kClearDb - kFade.at(arrival_s))
                most = bits_per_symbol(*step.modcod);
        return most;
    }

    Station& station;
    link::PublicKey peer;
    const Carrier& carrier;
    link::AcmController acm;
    bool reported = false;
    uint64_t sequence = 0, sent = 0; // of the link; after the first report
    double bits = 0, best_bits = 0;
    std::map<const framing::Modcod*, unsigned> modcods;
};

/// The gateway's waves to the user, and the user's frames, one each time that its most robust
/// one takes.
struct World {
    explicit World(double baud, unsigned seed);

    void run();
    void hear(const waveform::Dvbs2ReceivedFrame& frame);
    void pass_down();
    void pass_up();

    Carrier carrier;
    link::KeyPair user_keys = link::key_pair_of(std::array<uint8_t, 32>{1, 2, 3});
    link::KeyPair gateway_keys = link::key_pair_of(std::array<uint8_t, 32>{4, 5, 6});
    Time frame_time;
    Station user, far;
    Gateway gateway;
    waveform::Dvbs2Transmitter transmitter;
    waveform::Dvbs2Receiver receiver;
    channel::Awgn noise;
    std::deque<std::vector<Sample>> down;                 // on their way to the user
    std::deque<std::pair<Time, std::vector<uint8_t>>> up; // to the gateway
    Time next_up{};
    uint64_t user_sequence = 0, received = 0; // of those sent after the first report
};

World::World(double baud, unsigned seed)
    : carrier{baud},
      frame_time(carrier.time_of(symbols_of(most_robust()))),
      user(true,
           user_keys,
           gateway_keys.public_key,
           ceil<std::chrono::milliseconds>(frame_time)),
      far(false,
          gateway_keys,
          user_keys.public_key,
          ceil<std::chrono::milliseconds>(frame_time)),
      gateway(far, user_keys.public_key, carrier),
      transmitter({}, gateway),
      receiver({.sample_rate_hz = carrier.rate(), .symbol_rate_baud = baud},
               [this](const auto& frame) { hear(frame); }),
      noise(kClearDb, 2, seed)
{
    far.told = [this](double es_n0_db) {
        gateway.reported = true;
        gateway.acm.report(es_n0_db, carrier.now());
    };
}

void World::hear(const waveform::Dvbs2ReceivedFrame& frame)
{
    user.link.hear(frame.snr_db, carrier.now());
    if (frame.failure != waveform::Dvbs2Failure::kNone)
        return;
    BOOST_TEST(!frame.header.ccm);
    received += frame.header.isi == kAfter;
    user.link.receive(frame.data_field, carrier.now());
}

void World::pass_down()
{
    std::vector<Sample> piece(kPiece);
    transmitter.generate(piece);
    carrier.samples += kPiece;
    down.push_back(std::move(piece));
    if (double(down.size() * kPiece) <= seconds(kDelay) * carrier.rate())
        return;
    const auto gain = float(std::pow(10, -kFade.at(seconds(carrier.now())) / 20));
    for (Sample& sample : down.front())
        sample *= gain;
    noise.add_to(down.front());
    receiver.process(down.front());
    down.pop_front();
}

void World::pass_up()
{
    const Time now = carrier.now();
    if (now >= next_up) {
        std::vector<uint8_t> frame(most_robust().data_field_bytes());
        next_up = now + frame_time;
        if (user.link.fill(++user_sequence, frame, now)) {
            user.link.sent(user_sequence, now);
            up.emplace_back(next_up + kDelay, std::move(frame));
        }
        user.link.run_timers(now);
        far.link.run_timers(now);
    }
    for (; !up.empty() && up.front().first <= now; up.pop_front())
        far.link.receive(up.front().second, now);
}

void World::run()
{
    while (carrier.now() < kLength + kRest) {
        pass_down();
        pass_up();
    }
}

} // namespace

BOOST_DATA_TEST_CASE(a_fade_of_10_db_in_10_s_loses_no_frame_after_the_first_report,
                     bdata::make({50e3, 100e3, 200e3}) * bdata::make({1u, 2u}),
                     baud,
                     seed)
{
    World world(baud, seed);
    world.run();
    const Gateway& gateway = world.gateway;
    const double share = gateway.bits / gateway.best_bits;
    BOOST_TEST_MESSAGE(world.received << " of " << gateway.sent << " frames received, "
                                      << gateway.modcods.size() << " MODCODs, " << share
                                      << " of the best throughput");
    BOOST_TEST(gateway.sent > 0.006 * baud / 2);
    BOOST_TEST(gateway.modcods.size() >= 8u);
    BOOST_TEST(world.received == gateway.sent);
    BOOST_TEST(world.receiver.stats().lock_losses == 0u);
    BOOST_TEST(share > 0.85);
}
