#include "depinsat/sync/equaliser.h"

#include "unit/sync/signals.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::sync;

namespace {

constexpr size_t kSide = Equaliser::kSide, kFrame = 4000, kBlock = 40, kBlocks = 16;

/// Frames of QPSK through a channel of few taps, of which kBlocks blocks are known.
class Link
{
public:
    Link(std::vector<Sample> channel, double noise, uint32_t seed)
        : channel_(std::move(channel)), noise_(noise), random_(seed)
    {}

    void next()
    {
        sent_ = random_.psk(4, kFrame + 2 * kSide);
        received_.assign(sent_.size(), Sample{});
        for (size_t k = 0; k < sent_.size(); ++k)
            for (size_t i = 0; i < channel_.size() && i <= k; ++i)
                received_[k] += channel_[i] * sent_[k - i];
        test::rotate(received_, 0, random_.uniform(0, 6.2));
        random_.add_noise(received_, noise_);
    }

    void teach(Equaliser& equaliser) const
    {
        for (size_t block = 0; block < kBlocks; ++block) {
            const size_t begin = block * (kFrame / kBlocks);
            equaliser.add_known(std::span(received_).subspan(begin, kBlock + 2 * kSide),
                                std::span(sent_).subspan(begin + kSide, kBlock));
        }
        equaliser.update();
    }

    /// Power of what is not the signal, per power of the signal, in dB.
    double error_db(const Equaliser& equaliser) const
    {
        std::vector<Sample> out(kFrame);
        equaliser.apply(received_, out);
        std::complex<double> gain = 0;
        double power = 0;
        for (size_t k = 20; k < out.size(); ++k) {
            gain += std::complex<double>(out[k] * std::conj(sent_[k + kSide])) /
                    double(out.size() - 20);
            power += std::norm(out[k]) / double(out.size() - 20);
        }
        return 10 * std::log10(power / std::norm(gain) - 1);
    }

private:
    std::vector<Sample> channel_, sent_, received_;
    double noise_;
    test::Random random_;
};

/// Mean error with and without the equaliser over frames behind the first ones, in dB.
std::pair<double, double> errors(const std::vector<Sample>& channel, double es_n0_db)
{
    Link link(channel, 1 / test::power_of_db(es_n0_db), 1);
    Equaliser equaliser;
    const Equaliser none;
    double with = 0, without = 0;
    for (unsigned frame = 0; frame < 160; ++frame) {
        link.next();
        if (frame >= 60) {
            with += link.error_db(equaliser) / 100;
            without += link.error_db(none) / 100;
        }
        link.teach(equaliser);
    }
    return {with, without};
}

} // namespace

BOOST_DATA_TEST_CASE(a_clean_channel_loses_nothing,
                     boost::unit_test::data::make({0.0, 10.0, 20.0}),
                     es_n0_db)
{
    const auto [with, without] = errors({1}, es_n0_db);
    BOOST_TEST(with - without < 0.02);
}

BOOST_AUTO_TEST_CASE(echoes_are_taken_away)
{
    // Ripple of 2 dB from peak to peak, and group delay.
    const std::vector<Sample> channel{{1, 0}, {0, 0.115f}};
    const auto [with, without] = errors(channel, 20);
    BOOST_TEST(without > -17.5);
    BOOST_TEST(with < -19.8);
}

BOOST_AUTO_TEST_CASE(until_enough_is_known_symbols_pass)
{
    Link link({{1, 0}, {0, 0.5f}}, 0.1, 2);
    Equaliser equaliser;
    const Equaliser none;
    link.next();
    link.teach(equaliser);
    BOOST_TEST(link.error_db(equaliser) == link.error_db(none));
}

BOOST_AUTO_TEST_CASE(silence_is_survived)
{
    Equaliser equaliser;
    const std::vector<Sample> silence(1000), sent(900, Sample(1, 0));
    for (unsigned i = 0; i < 10; ++i) {
        equaliser.add_known(std::span(silence).first(900 + 2 * kSide), sent);
        equaliser.update();
    }
    std::vector<Sample> out(1000 - 2 * kSide);
    equaliser.apply(silence, out);
    for (const Sample& x : out)
        BOOST_REQUIRE(x == Sample(0));
}
