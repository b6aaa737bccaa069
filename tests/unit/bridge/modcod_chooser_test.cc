#include "bridge/modcod_chooser.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge;
using namespace std::chrono_literals;

namespace {

config::Path path(bool adaptive)
{
    config::Path path;
    path.waveform.symbol_rate_baud = 500'000;
    path.waveform.modcod = adaptive ? "acm" : "8psk_2-3";
    if (adaptive)
        path.waveform.acm =
            config::Acm{{"8psk_2-3", "qpsk_1-4", "16apsk_3-4", "qpsk_3-4"}, 0.5, 0.4, 1};
    return path;
}

} // namespace

BOOST_AUTO_TEST_CASE(without_acm_there_is_one_modcod)
{
    ModcodChooser chooser(path(false));
    BOOST_TEST(!chooser.adaptive());
    chooser.set_up(link::PublicKey{1}, true);
    chooser.report(link::PublicKey{1}, -5, 1s);
    BOOST_TEST(chooser.choose(false, 1s).name == "8psk_2-3");
    BOOST_TEST(chooser.choose(true, 1s).name == "8psk_2-3");
    BOOST_TEST(!chooser.reported_es_n0_db(1s).has_value());
}

BOOST_AUTO_TEST_CASE(the_weakest_peer_that_is_up_decides)
{
    const link::PublicKey near{1}, far{2};
    ModcodChooser chooser(path(true));
    BOOST_TEST(chooser.adaptive());
    BOOST_TEST(chooser.choose(false, 1s).name == "qpsk_1-4"); // nobody is up
    chooser.set_up(near, true);
    chooser.report(near, 14, 1s);
    BOOST_TEST(chooser.choose(false, 1s).name == "16apsk_3-4");
    BOOST_TEST(chooser.choose(true, 1s).name == "qpsk_1-4"); // a handshake
    chooser.set_up(far, true);
    BOOST_TEST(chooser.choose(false, 1s).name == "qpsk_1-4"); // it has not reported yet
    chooser.report(far, 6.5, 1s);
    BOOST_TEST(chooser.choose(false, 1s).name == "qpsk_3-4");
    BOOST_TEST(chooser.reported_es_n0_db(1s).value() == 6.5);
    chooser.set_up(far, false);
    BOOST_TEST(chooser.choose(false, 1s).name == "16apsk_3-4");
    BOOST_TEST(chooser.reported_es_n0_db(1s).value() == 14);
    chooser.report(link::PublicKey{3}, -9, 1s); // it is not up
    BOOST_TEST(chooser.choose(false, 1s).name == "16apsk_3-4");
    chooser.set_up(near, false);
    BOOST_TEST(chooser.choose(false, 1s).name == "qpsk_1-4");
}

BOOST_AUTO_TEST_CASE(what_a_peer_said_long_ago_is_told_no_more)
{
    const link::PublicKey peer{1};
    constexpr link::Time kSilence = link::AcmController::kSilence;
    ModcodChooser chooser(path(true));
    chooser.set_up(peer, true);
    chooser.report(peer, 14, 1s);
    BOOST_TEST(chooser.reported_es_n0_db(1s + kSilence).value() == 14);
    BOOST_TEST(!chooser.reported_es_n0_db(1s + kSilence + 1ms).has_value()); // no modem asks
    chooser.report(peer, 6.5, 20s);
    BOOST_TEST(chooser.reported_es_n0_db(20s).value() == 6.5);
}

BOOST_AUTO_TEST_CASE(a_peer_that_comes_later_counts)
{
    const link::PublicKey old{1}, listed_later{9};
    ModcodChooser chooser(path(true));
    BOOST_TEST(chooser.choose(false, 1s).name == "qpsk_1-4"); // a station without peers
    chooser.set_up(old, true);
    chooser.report(old, 14, 1s);
    chooser.set_up(listed_later, true);
    BOOST_TEST(chooser.choose(false, 1s).name == "qpsk_1-4");
    chooser.report(listed_later, 6.5, 1s);
    BOOST_TEST(chooser.choose(false, 1s).name == "qpsk_3-4");
}
