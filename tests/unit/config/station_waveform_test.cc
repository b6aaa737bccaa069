#include "config/station.h"
#include "unit/config/station_texts.h"

#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

using namespace depinsat::config;

BOOST_AUTO_TEST_CASE(the_frame_time_is_that_of_the_plframe)
{
    Waveform waveform = parse(kUser).paths[0].waveform;
    // QPSK short: 90 slots of 90 symbols, a PLHEADER of 90, 5 pilot blocks of 36.
    BOOST_TEST(waveform.frame_time().count() == int64_t((90 * 91 + 5 * 36) * 2000));
    waveform.pilots = false;
    BOOST_TEST(waveform.frame_time().count() == int64_t(90 * 91 * 2000));
}

BOOST_AUTO_TEST_CASE(acm_has_its_keys_and_their_defaults)
{
    const Waveform all = parse(replaced(kUser, "qpsk_1-2", "acm")).paths[0].waveform;
    BOOST_REQUIRE(all.acm.has_value());
    BOOST_TEST(all.acm->modcods.size() > 10u);
    BOOST_TEST(all.rows().size() == all.acm->modcods.size());
    for (const auto* row : all.rows())
        BOOST_TEST(is_of_dvb_s2(*row));
    BOOST_TEST(all.acm->margin_db == 0.5);
    BOOST_TEST(all.acm->hysteresis_db == 0.4);
    BOOST_TEST(all.acm->fade_db_per_s == 1.0);

    const Waveform two =
        parse(replaced(replaced(kUser, "qpsk_1-2", "acm"), "#11",
                       "acm_modcods = [\"8psk_2-3\", \"qpsk_1-4\"]\nacm_margin_db = 2"))
            .paths[0]
            .waveform;
    BOOST_TEST(two.rows().size() == 2u);
    BOOST_TEST(two.acm->margin_db == 2.0);
    BOOST_TEST(two.frame_time().count() == two.frame_time(*two.rows()[1]).count());

    check_error("#11", "acm_margin_db = 1", "11: waveform.acm_margin_db: is for modcod");
    const auto adaptive = [](const char* line) {
        return error_of(replaced(replaced(kUser, "qpsk_1-2", "acm"), "#11", line));
    };
    BOOST_TEST(adaptive("acm_modcods = []").starts_with("11: waveform.acm_modcods: is empty"));
    BOOST_TEST(adaptive("acm_modcods = [\"qpsk_9-9\"]")
                   .starts_with("11: waveform.acm_modcods: unknown MODCOD"));
    BOOST_TEST(adaptive("acm_margin_db = 11").starts_with("11: waveform.acm_margin_db: is 11"));
}

BOOST_AUTO_TEST_CASE(vl_snr_is_sent_by_name_and_received_unless_said_otherwise)
{
    const auto with = [](const char* modcod, const char* lines) {
        return replaced(replaced(kUser, "qpsk_1-2", modcod), "#11", lines);
    };
    const Waveform plain = parse(with("bpsk_1-5", "frame_size = \"medium\"")).paths[0].waveform;
    BOOST_TEST(plain.vl_snr);
    BOOST_TEST(plain.rows().front()->vlsnr != nullptr);
    BOOST_TEST(!parse(kUser).paths[0].waveform.vl_snr);
    BOOST_TEST(!parse(with("bpsk_1-5", "vl_snr = false")).paths[0].waveform.vl_snr);
    BOOST_TEST(parse(with("qpsk_1-2", "vl_snr = true")).paths[0].waveform.vl_snr);
    const auto json = to_json(parse(with("bpsk_1-5", "")));
    BOOST_TEST(json["waveform"]["vl_snr"] == true);

    const auto adaptive =
        parse(with("acm", "acm_modcods = [\"bpsk_1-5\", \"bpsk_1-3\"]")).paths[0].waveform;
    BOOST_TEST(adaptive.vl_snr);
    BOOST_TEST(error_of(with("acm", "acm_modcods = [\"bpsk_1-5\", \"qpsk_1-4\"]"))
                   .starts_with("11: waveform.acm_modcods: holds MODCODs of VL-SNR beside"));
    BOOST_TEST(error_of(with("bpsk_1-5", "pilots = false"))
                   .starts_with("11: waveform.pilots: is false"));
    BOOST_TEST(error_of(with("bpsk_1-5", "equaliser = true"))
                   .starts_with("11: waveform.equaliser: is not built for VL-SNR"));
    BOOST_TEST(error_of(with("bpsk_1-5", "frame_size = \"normal\""))
                   .find("unknown MODCOD \"bpsk_1-5\" for normal frames") != std::string::npos);
}
