#include "validators/run.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::test;

namespace {

/// 8 validators at 9.6 kbit/s, frames of 240 bytes, 250 ms.
RunSettings narrow()
{
    return {};
}

RunSettings wide()
{
    RunSettings settings;
    settings.traffic.validators = 64;
    settings.carrier.bits_per_second = 64000;
    return settings;
}

void check_all_arrive(const RunResult& result)
{
    BOOST_TEST(result.after_head("attestation").size() == result.duties);
    BOOST_TEST(result.all_right());
    BOOST_TEST(result.client_errors == 0u, result.last_error);
}

} // namespace

BOOST_AUTO_TEST_CASE(eight_validators_attest_in_time_at_9600_bits_per_second)
{
    const RunResult result = run(narrow());
    check_all_arrive(result);
    BOOST_TEST(result.after_head("attestation").back() <= 3.2);
    BOOST_TEST(result.into_slot("sync").size() == 8u * 64);
    BOOST_TEST(result.into_slot("sync").back() <= 8.0);
    BOOST_TEST(result.into_slot("aggregate").size() == result.duties);
    BOOST_TEST(result.into_slot("contribution").size() == 64u);
}

BOOST_AUTO_TEST_CASE(sixty_four_validators_attest_in_time_at_64_kbits_per_second)
{
    const RunResult result = run(wide());
    check_all_arrive(result);
    const auto times = result.after_head("attestation");
    BOOST_TEST(times.back() <= 1.5);
    BOOST_TEST(times[times.size() / 2] <= 0.9);
    BOOST_TEST(result.into_slot("sync").size() == 64u * 64);
    BOOST_TEST(result.into_slot("sync").back() <= 8.0);
}

BOOST_AUTO_TEST_CASE(validators_as_on_mainnet_take_150_bits_per_second_of_downlink)
{
    RunSettings settings = narrow();
    settings.traffic.sync_duty = false;
    settings.traffic.aggregate_of = 28;
    settings.traffic.today = true;
    settings.measured_slots = 320;
    const RunResult result = run(settings);
    check_all_arrive(result);
    BOOST_TEST(8 * double(result.down.bytes) / result.seconds <= 150);
}

BOOST_AUTO_TEST_CASE(in_slots_without_a_block_attestations_leave_when_they_are_due)
{
    RunSettings settings = narrow();
    settings.traffic.miss_of = 3;
    const RunResult result = run(settings);
    check_all_arrive(result);
    // Due at 4 s; then the client signs, and a frame goes up behind at most one other.
    BOOST_TEST(result.into_slot("attestation").back() <= 4 + 3.2);
}

BOOST_AUTO_TEST_CASE(from_gloas_on_attestations_are_due_after_3_s_and_aggregates_after_6)
{
    RunSettings settings = narrow();
    settings.traffic.today = settings.traffic.gloas = true;
    settings.traffic.miss_of = 3;
    const RunResult result = run(settings);
    check_all_arrive(result);
    const auto without_block = [](const Arrival& one) {
        return one.kind == "attestation" && one.after_head_s == one.into_slot_s;
    };
    BOOST_TEST(std::ranges::count_if(result.arrivals, without_block) > 0);
    for (const Arrival& one : result.arrivals)
        if (without_block(one)) {
            BOOST_TEST(one.into_slot_s > 3);
            BOOST_TEST(one.into_slot_s <= 3.9);
        }
    BOOST_TEST(result.into_slot("aggregate").front() > 6);
    BOOST_TEST(result.into_slot("aggregate").back() < 8.5);
}

BOOST_AUTO_TEST_CASE(deadlines_may_be_any)
{
    RunSettings settings = wide();
    settings.traffic.validators = 8;
    settings.traffic.miss_of = 2;
    settings.traffic.deadlines.before_gloas = {std::chrono::milliseconds(2500),
                                               std::chrono::milliseconds(5000)};
    const RunResult result = run(settings);
    check_all_arrive(result);
    BOOST_TEST(result.into_slot("attestation").back() > 2.5);
    BOOST_TEST(result.into_slot("attestation").back() <= 3.4);
}

BOOST_AUTO_TEST_CASE(a_recorded_client_is_served_in_time)
{
    const RunResult result = replay(DEPINSAT_VECTORS "/beacon/replay.jsonl", {});
    BOOST_TEST(result.client_errors == 0u, result.last_error);
    BOOST_TEST(result.all_right());
    BOOST_TEST(result.after_head("attestation").size() == result.duties);
    BOOST_TEST(result.duties > 0u);
    BOOST_TEST(result.after_head("attestation").back() <= 3.2);
    BOOST_TEST(result.into_slot("sync").back() <= 8);
}

BOOST_AUTO_TEST_CASE(attestations_of_today_arrive_as_json_and_as_ssz)
{
    for (const bool ssz : {false, true}) {
        RunSettings settings = narrow();
        settings.traffic.today = true;
        settings.traffic.ssz = ssz;
        const RunResult result = run(settings);
        check_all_arrive(result);
        BOOST_TEST(result.after_head("attestation").back() <= 3.2);
    }
}

BOOST_AUTO_TEST_CASE(everything_arrives_though_frames_are_lost)
{
    RunSettings settings = wide();
    settings.traffic.validators = 16;
    settings.carrier.loss = 0.05;
    const RunResult result = run(settings);
    check_all_arrive(result);
}

BOOST_AUTO_TEST_CASE(polls_are_answered_without_the_link)
{
    const RunSettings settings = narrow();
    const RunResult result = run(settings);
    BOOST_TEST(result.node_requests.at("/eth/v1/validator/duties/proposer/5") == 1u);
    // The client polls once a slot for proposers and once a duty for attestation data. Of these
    // the first poll of an epoch goes over the link; all else that it asks or posts has to.
    const uint64_t slots = settings.warm_slots + settings.measured_slots;
    const uint64_t polls = slots + slots / 32 * settings.traffic.validators;
    BOOST_TEST(result.edge.local >= polls - slots / 32);
}
