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

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <deque>
#include <map>
#include <random>

using namespace depinsat;
using namespace std::chrono_literals;
using link::Time;

namespace {

constexpr double kBaud = 200e3, kRate = 2 * kBaud;
constexpr size_t kPiece = 400; // 1 ms
constexpr Time kDelay = 250ms;
constexpr channel::Fade kFade{6, 25, 1e6, 10, 10}; // 10 dB in 10 s, 5 s there, 10 s back
constexpr double kClearDb = 16;
constexpr Time kLength = 36s;

Time time_of(uint64_t sample)
{
    return Time(int64_t(double(sample) / kRate * 1e9));
}

double seconds(Time time)
{
    return std::chrono::duration<double>(time).count();
}

double bits_per_symbol(const framing::Modcod& modcod)
{
    return 8.0 * double(modcod.data_field_bytes()) /
           double(framing::plframe_symbols(modcod.slots, true));
}

struct Station : link::LinkEvents {
    Station(bool initiator, const link::KeyPair& own, const link::PublicKey& peer)
        : link({.initiator = initiator, .one_way_delay = 250ms, .max_frame_time = 45ms},
               own,
               std::span(&peer, 1),
               *this,
               store)
    {}
    void on_message(const link::PublicKey&, const link::Message&) override {}
    void on_outcome(link::MessageId, link::Outcome) override { --outstanding; }
    void on_peer(const link::PublicKey&, bool) override {}
    void on_reception(const link::PublicKey&, double es_n0_db) override
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

link::AcmConfig acm_config()
{
    link::AcmConfig config;
    for (const auto& modcod : framing::modcods())
        if (modcod.frame_size == framing::FrameSize::kShort && is_of_dvb_s2(modcod))
            config.allowed.push_back(&modcod);
    return config;
}

/// Frames of the gateway, each full, with the MODCOD that the controller chooses when it is
/// due.
struct Gateway : waveform::Dvbs2FrameSource {
    Gateway(Station& station, const link::PublicKey& peer, const uint64_t& samples)
        : station(station), peer(peer), samples(samples)
    {}

    bool next(waveform::Dvbs2FrameToSend& frame) override
    {
        const Time now = time_of(samples);
        station.keep_busy(peer, now);
        const bool robust = station.link.introduces(now);
        const auto& chosen = acm.choose(now);
        frame.modcod = robust ? acm.ladder().front().modcod : &chosen;
        frame.header.ccm = false;
        frame.data_field.assign(frame.modcod->data_field_bytes(), 0);
        station.link.fill(++sent, frame.data_field, now);
        station.link.sent(sent, now);
        if (first_report) {
            ++after_report;
            bits += 8.0 * double(frame.data_field.size());
            const double symbols = double(framing::plframe_symbols(frame.modcod->slots, true));
            best_bits += symbols * best(seconds(now + kDelay) + symbols / kBaud);
            ++modcods[frame.modcod];
        }
        return true;
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
    const uint64_t& samples;
    link::AcmController acm{acm_config()};
    bool first_report = false;
    uint64_t sent = 0, after_report = 0;
    double bits = 0, best_bits = 0;
    std::map<const framing::Modcod*, unsigned> modcods;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_fade_of_10_db_in_10_s_loses_no_frame_after_the_first_report)
{
    const auto user_keys = link::key_pair_of(std::array<uint8_t, 32>{1, 2, 3});
    const auto gateway_keys = link::key_pair_of(std::array<uint8_t, 32>{4, 5, 6});
    Station user(true, user_keys, gateway_keys.public_key);
    Station far(false, gateway_keys, user_keys.public_key);

    uint64_t samples = 0; // that have left the transmitter
    Gateway gateway(far, user_keys.public_key, samples);
    waveform::Dvbs2Transmitter transmitter({}, gateway);
    far.told = [&](double es_n0_db) {
        gateway.first_report = true;
        gateway.acm.report(es_n0_db, time_of(samples));
    };
    uint64_t good = 0, failed = 0, lost_before_report = 0;
    waveform::Dvbs2Receiver receiver(
        {.sample_rate_hz = kRate, .symbol_rate_baud = kBaud}, [&](const auto& frame) {
            const bool is_good = frame.failure == waveform::Dvbs2Failure::kNone;
            ++(is_good ? good : failed);
            BOOST_TEST((!is_good || !frame.header.ccm));
            user.link.hear(frame.snr_db, time_of(samples));
            if (is_good)
                user.link.receive(frame.data_field, time_of(samples));
        });
    channel::Awgn noise(kClearDb, 2, 1);
    std::deque<std::vector<Sample>> down;                 // on their way to the user
    std::deque<std::pair<Time, std::vector<uint8_t>>> up; // to the gateway
    uint64_t user_sequence = 0;
    while (time_of(samples) < kLength) {
        std::vector<Sample> piece(kPiece);
        transmitter.generate(piece);
        samples += kPiece;
        const Time now = time_of(samples);
        down.push_back(std::move(piece));
        if (down.size() * kPiece > size_t(seconds(kDelay) * kRate)) {
            const auto gain = float(std::pow(10, -kFade.at(seconds(now)) / 20));
            for (Sample& sample : down.front())
                sample *= gain;
            noise.add_to(down.front());
            receiver.process(down.front());
            down.pop_front();
        }
        if (samples % (20 * kPiece) == 0) { // the user's frames, one each 20 ms
            std::vector<uint8_t> frame(400);
            if (user.link.fill(++user_sequence, frame, now)) {
                user.link.sent(user_sequence, now);
                up.emplace_back(now + kDelay + 20ms, std::move(frame));
            }
            user.link.run_timers(now);
            far.link.run_timers(now);
        }
        for (; !up.empty() && up.front().first <= now; up.pop_front())
            far.link.receive(up.front().second, now);
        if (!gateway.first_report)
            lost_before_report = gateway.sent - good;
    }
    const uint64_t on_the_way =
        12; // frames of 11 to 42 ms in 250 ms, the filters and the decoder
    BOOST_TEST_MESSAGE(gateway.after_report << " frames, " << failed << " failed, "
                                            << gateway.modcods.size() << " MODCODs, "
                                            << gateway.bits / gateway.best_bits
                                            << " of the best throughput");
    BOOST_TEST(gateway.after_report > 1000u);
    BOOST_TEST(gateway.modcods.size() >= 8u);
    BOOST_TEST(failed <= 1u); // before the receiver's clock is settled
    BOOST_TEST(receiver.stats().lock_losses == 0u);
    BOOST_TEST(gateway.sent - good <= lost_before_report + on_the_way);
    BOOST_TEST(gateway.bits / gateway.best_bits > 0.85);
}
