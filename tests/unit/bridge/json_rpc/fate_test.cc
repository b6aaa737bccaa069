// What may run again, and what a client is told whose call has no answer.
#include "bridge/json_rpc/edge.h"
#include "bridge/json_rpc/results.h"
#include "bridge/json_rpc/wire.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge;
using namespace depinsat::bridge::json_rpc;
using Replay = depinsat::config::JsonRpcMethod::Replay;

BOOST_AUTO_TEST_CASE(only_what_may_run_twice_goes_out_again)
{
    for (const auto fault : {CallFault::kLinkDown, CallFault::kBusy, CallFault::kTooLarge,
                             CallFault::kNoAnswer, CallFault::kFateUnknown}) {
        BOOST_TEST(!may_repeat(Replay::kNever, fault));
        BOOST_TEST(!may_repeat(Replay::kKeyed, fault));
    }
    BOOST_TEST(may_repeat(Replay::kIdempotent, CallFault::kFateUnknown));
    BOOST_TEST(!may_repeat(Replay::kIdempotent, CallFault::kNoAnswer)); // no time is left
}

BOOST_AUTO_TEST_CASE(an_unknown_fate_is_told_as_one)
{
    const auto told = [](CallFault fault) {
        const Json error = Json::parse(fault_result(fault))["error"];
        const bool unknown =
            error["message"].get<std::string>().ends_with("was carried out is not known");
        const bool unsent = error["message"].get<std::string>().ends_with("nothing was sent");
        BOOST_TEST(unknown != unsent);
        return std::pair(error["code"].get<int>(), unknown);
    };
    BOOST_TEST((told(CallFault::kFateUnknown) == std::pair<int, bool>(kFateUnknown, true)));
    BOOST_TEST((told(CallFault::kNoAnswer) == std::pair<int, bool>(kNoAnswerInTime, true)));
    BOOST_TEST((told(CallFault::kLinkDown) == std::pair<int, bool>(kLinkDown, false)));
    BOOST_TEST((told(CallFault::kBusy) == std::pair<int, bool>(kBusy, false)));
    BOOST_TEST((told(CallFault::kTooLarge) == std::pair<int, bool>(kTooLarge, false)));
}

BOOST_AUTO_TEST_CASE(a_key_is_of_service_and_call)
{
    BOOST_TEST((call_key("a", "x") == call_key("a", "x")));
    BOOST_TEST((call_key("a", "x") != call_key("b", "x")));
    BOOST_TEST((call_key("a", "x") != call_key("a", "y")));
}

BOOST_AUTO_TEST_CASE(calls_and_questions_come_back_as_they_were)
{
    using depinsat::link::Class;
    for (const auto fate : {Fate::kNever, Fate::kIdempotent, Fate::kKeyed})
        for (const auto message_class :
             {Class::kTransaction, Class::kInteractive, Class::kBulk}) {
            const RemoteCall call{fate, message_class, 777, "substrate", {1, 2, 3}};
            const auto back = std::get<RemoteCall>(decode(encode(call)).value());
            BOOST_TEST((back.fate == fate && back.message_class == message_class));
            BOOST_TEST(back.max_answer_kib == 777);
            BOOST_TEST(back.service == "substrate");
            BOOST_TEST((back.packed == call.packed));
        }
    const VerdictQuestion question{Class::kBulk, {5, 6, 7}};
    const auto back = std::get<VerdictQuestion>(decode(encode(question)).value());
    BOOST_TEST((back.key == question.key && back.message_class == Class::kBulk));
}

BOOST_AUTO_TEST_CASE(what_is_cut_or_strange_is_refused)
{
    const Bytes call = encode(RemoteCall{.service = "abc", .packed = {}});
    for (size_t size = 0; size < call.size(); ++size)
        BOOST_TEST(!decode(std::span(call).first(size)).has_value());
    Bytes question = encode(VerdictQuestion{});
    question.push_back(0);
    BOOST_TEST(!decode(question).has_value());
    for (const uint8_t first : {12, 13, 15, 16, 255}) {
        Bytes strange = call;
        strange[0] = first;
        BOOST_TEST(!decode(strange).has_value());
    }
}
