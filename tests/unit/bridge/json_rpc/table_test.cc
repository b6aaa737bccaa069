// Method tables, and what is kept of answers and verdicts.
#include "bridge/json_rpc/answer_cache.h"
#include "bridge/json_rpc/table.h"
#include "bridge/json_rpc/verdicts.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::json_rpc;
using depinsat::config::JsonRpcMethod;
using namespace std::chrono_literals;

namespace {

JsonRpcMethod row(const std::string& name, bool is_prefix)
{
    JsonRpcMethod method;
    method.name = name;
    method.is_prefix = is_prefix;
    return method;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_name_goes_before_the_longest_beginning)
{
    const std::vector<JsonRpcMethod> table{row("chain_", true), row("chain_get", true),
                                           row("chain_getHead", false)};
    BOOST_TEST(find_method(table, "chain_getHead") == &table[2]);
    BOOST_TEST(find_method(table, "chain_getHeader") == &table[1]);
    BOOST_TEST(find_method(table, "chain_x") == &table[0]);
    BOOST_TEST(!find_method(table, "chain"));
    BOOST_TEST(!find_method(table, ""));
    const std::vector<JsonRpcMethod> all{row("", true)};
    BOOST_TEST(find_method(all, "whatever") == &all[0]);
}

BOOST_AUTO_TEST_CASE(lists_name_methods_or_beginnings)
{
    const std::vector<std::string> names{"getblock*", "submit"};
    for (const char* good : {"getblock", "getblockhash", "submit"})
        BOOST_TEST(is_listed(names, good));
    for (const char* bad : {"getbloc", "submitblock", "stop", ""})
        BOOST_TEST(!is_listed(names, bad));
}

BOOST_AUTO_TEST_CASE(answers_are_kept_for_their_time_and_within_their_bytes)
{
    AnswerCache cache(3000);
    cache.put("a", "1", 10s, 5s);
    cache.put("b", "2", 10s, std::chrono::seconds::max());
    BOOST_TEST(cache.find("a", 14s).value() == "1");
    BOOST_TEST(!cache.find("a", 15s).has_value());
    BOOST_TEST(cache.find("b", 1000000h).value() == "2");
    for (int i = 0; i < 100; ++i) {
        cache.put("x" + std::to_string(i), std::string(100, 'x'), 10s, 5s);
        BOOST_TEST(cache.bytes() <= 3000u);
        BOOST_TEST(cache.find("b", 10s).has_value()); // what is asked for stays
    }
    BOOST_TEST(!cache.find("x0", 10s).has_value());
    BOOST_TEST(cache.find("x99", 10s).has_value());
    cache.put("b", std::string(5000, 'x'), 10s, 5s);
    BOOST_TEST(!cache.find("b", 10s).has_value());
}

BOOST_AUTO_TEST_CASE(verdicts_reach_those_who_ask_before_and_after)
{
    Verdicts verdicts;
    const Verdicts::Name name{{1}, {2}}, other{{3}, {2}};
    std::vector<std::string> told;
    const auto tell = [&](const std::string& result) {
        told.push_back(result);
    };
    BOOST_TEST(verdicts.ask(name, 1s, 5s, tell));
    BOOST_TEST(verdicts.ask(name, 1s, 2s, tell)); // too late when the verdict comes
    BOOST_TEST(verdicts.ask(other, 1s, 5s, tell));
    verdicts.put(name, "done", 3s);
    BOOST_TEST(told == std::vector<std::string>({"done"}), boost::test_tools::per_element());
    BOOST_TEST(verdicts.ask(name, 4s, 5s, tell));
    BOOST_TEST(told.size() == 2u);
}

BOOST_AUTO_TEST_CASE(verdicts_and_questions_are_bounded)
{
    Verdicts verdicts;
    size_t told = 0;
    const auto name = [](size_t i) {
        return Verdicts::Name{{uint8_t(i), uint8_t(i >> 8)}, {}};
    };
    for (size_t i = 0; i < Verdicts::kMaxAsked; ++i)
        BOOST_TEST(verdicts.ask(name(i), 1s, 5s, [&](const auto&) { ++told; }));
    BOOST_TEST(!verdicts.ask(name(60000), 1s, 5s, [](const auto&) {}));
    BOOST_TEST(verdicts.ask(name(60000), 6s, 9s, [](const auto&) {})); // the others are late
    for (size_t i = 0; i < 2 * Verdicts::kMaxKept; ++i)
        verdicts.put(name(i), std::string(8000, 'x'), 7s);
    BOOST_TEST(told == 0u);
    verdicts.ask(name(0), 8s, 9s, [&](const auto&) { ++told; });
    BOOST_TEST(told == 0u);
    verdicts.ask(name(2 * Verdicts::kMaxKept - 1), 8s, 9s, [&](const auto&) { ++told; });
    BOOST_TEST(told == 1u);
}
