// The weakest of what tools/measure_receiver.py frames runs through, as it does.
#include "fer/frame_chain.h"
#include "fer/receiver_experiment.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::fer;
namespace bdata = boost::unit_test::data;

namespace {

// T, where ideally synchronised one frame in 1000 is lost: docs/data/receiver_thresholds.jsonl.
struct Row {
    const char* modcod;
    const char* frame_size;
    bool pilots;
    double t_db;
};

std::ostream& operator<<(std::ostream& out, const Row& row)
{
    return out << row.modcod << ' ' << row.frame_size << (row.pilots ? "" : " without pilots");
}

const Row kWeakest[] = {{"16apsk_8-9", "short", true, 13.0},
                        {"qpsk_1-4", "short", true, -3.55},
                        {"qpsk_2-5", "normal", false, -0.4}};

} // namespace

BOOST_DATA_TEST_CASE(at_0_2_db_beyond_the_threshold_999_of_1000_frames_come_through,
                     bdata::make(kWeakest),
                     row)
{
    ReceiverExperiment experiment(
        {.modcod = &fer::find_modcod(row.modcod, row.frame_size),
         .pilots = row.pilots,
         .iterations = 50,
         .path = {.esn0_db = row.t_db + 0.2, .cfo = 0.1, .clock_ppm = 50}});
    Counts counts;
    while (counts.frames < 10'000)
        counts += experiment.run(counts.frames + 1, experiment.batch());
    BOOST_TEST_MESSAGE(row << ": " << counts.frame_errors << " of " << counts.frames
                           << " lost");
    BOOST_TEST(counts.frame_errors * 1000 <= counts.frames);
    BOOST_TEST(counts.undetected_errors == 0u);
    BOOST_TEST(counts.receiver.starts_without_lock == 0u);
}
