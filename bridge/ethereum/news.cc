#include "bridge/ethereum/news.h"

#include "bridge/ethereum/head_code.h"
#include "bridge/ethereum/packed_json.h"

#include <algorithm>
#include <cassert>

namespace depinsat::bridge::ethereum {
namespace {

constexpr size_t kFixedBytes = 4 + 1 + 2;
constexpr size_t kMaxPolls = 255;

Bytes context_bytes(const NewsContext& context)
{
    Bytes out;
    const auto put = [&out](const Bytes& bytes) {
        out.insert(out.end(), bytes.begin(), bytes.end());
    };
    for (const Poll* poll : context.polls) {
        put(to_dense(Json::parse(poll->call, nullptr, false)));
        put(to_dense(Json::parse(poll->result, nullptr, false)));
        put(poll->context);
    }
    put(to_dense(context.before));
    return out;
}

/// Stands for the hash of the head, which its receiver computes. No text of JSON-RPC is this.
const std::string kThisBlock = "\x01";

void replace_all(Json& json, const std::string& from, const std::string& to)
{
    if (from.empty())
        return;
    if (json.is_structured())
        for (auto& child : json)
            replace_all(child, from, to);
    else if (json.is_string() && json.get_ref<const std::string&>() == from)
        json = to;
}

template <size_t N>
std::array<uint8_t, N> first_of(const Hash& hash)
{
    std::array<uint8_t, N> out;
    std::copy_n(hash.begin(), N, out.begin());
    return out;
}

std::span<const uint8_t> bytes_of(std::string_view text)
{
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

} // namespace

bool is_poll(const Json& call)
{
    if (!call.is_object() || !call.contains("method"))
        return false;
    const auto params = call.value("params", Json::array());
    const Json& method = call["method"];
    if (method == "eth_gasPrice" || method == "eth_maxPriorityFeePerGas" ||
        method == "eth_blobBaseFee")
        return params.is_array() && params.empty();
    if (method == "eth_getTransactionCount" || method == "eth_getBalance" ||
        method == "eth_feeHistory")
        return params.is_array() && params.size() >= 2 && params[1] == "latest";
    return false;
}

Poll receipt_poll(const Hash& transaction,
                  std::span<const uint8_t> raw,
                  std::span<const uint8_t> sender)
{
    Poll poll;
    poll.call = Json{{"method", "eth_getTransactionReceipt"},
                     {"params", Json::array({to_hex(transaction)})}}
                    .dump();
    poll.result = R"({"result":null})";
    poll.context.assign(raw.begin(), raw.end());
    poll.context.insert(poll.context.end(), sender.begin(), sender.end());
    return poll;
}

PollId poll_id(std::string_view call)
{
    return first_of<2>(keccak256(bytes_of(call)));
}

std::array<uint8_t, 4> mark_of(const Json& block)
{
    const auto hash = hash_at(block, "hash");
    return hash ? first_of<4>(*hash) : std::array<uint8_t, 4>{};
}

std::string without_proof(const std::string& result)
{
    Json json = Json::parse(result, nullptr, false);
    if (!json.is_object() || json.erase("proof") == 0)
        return result;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Bytes encode_news(const NewsContext& context, const News& news)
{
    assert(context.polls.size() == news.results.size() && news.results.size() <= kMaxPolls);
    const Bytes known = context_bytes(context);
    const auto mark = mark_of(context.before);
    const auto check = first_of<2>(keccak256(known));
    Bytes out(mark.begin(), mark.end());
    out.push_back(uint8_t(context.polls.size()));
    for (const Poll* poll : context.polls)
        for (const uint8_t byte : poll_id(poll->call))
            out.push_back(byte);
    out.insert(out.end(), check.begin(), check.end());
    Json list = Json::array({code_head(context.before, news.head)});
    for (const auto& result : news.results) {
        Json value = result ? Json::parse(*result) : Json();
        replace_all(value, news.head.value("hash", ""), kThisBlock);
        list.push_back(std::move(value));
    }
    const Bytes packed = pack_json(list.dump(), known);
    out.insert(out.end(), packed.begin(), packed.end());
    return out;
}

std::optional<NewsHeader> read_news_header(std::span<const uint8_t> bytes)
{
    if (bytes.size() < kFixedBytes)
        return {};
    NewsHeader header;
    std::copy_n(bytes.begin(), 4, header.before.begin());
    const size_t polls = bytes[4];
    bytes = bytes.subspan(5);
    if (bytes.size() < 2 * polls + 2)
        return {};
    for (size_t i = 0; i < polls; ++i)
        header.polls.push_back({bytes[2 * i], bytes[2 * i + 1]});
    std::copy_n(bytes.begin() + ptrdiff_t(2 * polls), 2, header.check.begin());
    header.rest = bytes.subspan(2 * polls + 2);
    return header;
}

std::optional<News> decode_news(const NewsContext& context, const NewsHeader& header)
{
    const Bytes known = context_bytes(context);
    if (header.before != mark_of(context.before) ||
        header.check != first_of<2>(keccak256(known)))
        return {};
    const auto text = unpack_json(header.rest, known);
    const Json list = text ? Json::parse(*text, nullptr, false) : Json();
    if (!list.is_array() || list.size() != 1 + context.polls.size())
        return {};
    const auto head = decode_head(context.before, list[0]);
    if (!head)
        return {};
    News news{*head, {}};
    for (size_t i = 1; i < list.size(); ++i) {
        Json value = list[i];
        replace_all(value, kThisBlock, head->value("hash", ""));
        if (value.is_null())
            news.results.emplace_back();
        else
            news.results.emplace_back(
                value.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    return news;
}

} // namespace depinsat::bridge::ethereum
