#include "bridge/ethereum/news.h"

#include "bridge/ethereum/difference.h"
#include "bridge/ethereum/forecast.h"
#include "bridge/ethereum/head_code.h"
#include "bridge/ethereum/packed_json.h"
#include "bridge/ethereum/proof.h"
#include "bridge/json_rpc/text.h"

#include <algorithm>
#include <cassert>

namespace depinsat::bridge::ethereum {
namespace {

constexpr size_t kFixedBytes = 4 + 2 + 2;
constexpr size_t kMaxPolls = 255;
constexpr size_t kPollIdBytes = 2, kReceiptIdBytes = 4;

uint32_t number_of(std::span<const uint8_t> bytes)
{
    uint32_t number = 0;
    for (const uint8_t byte : bytes)
        number = number << 8 | byte;
    return number;
}

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

std::span<const uint8_t> raw_of(const Poll& poll)
{
    return std::span(poll.context)
        .first(poll.context.size() - std::min(kSenderBytes, poll.context.size()));
}

bool is_of_this_block(const Json& receipt)
{
    const auto block = receipt.is_object() ? receipt.find("blockHash") : receipt.end();
    return block != receipt.end() && *block == kThisBlock;
}

/// One result as it goes over the link; takes the roots that its proof has, if it is of this
/// head.
Json code_result(Json value, const Json& expected, const Poll& poll, Json& roots)
{
    const Json proof = value.value("proof", Json());
    value.erase("proof");
    const Json coded = code_against(expected, value);
    if (!proof.is_object())
        return coded;
    const Json receipt = value.value("result", Json());
    if (roots.is_null() && is_of_this_block(receipt))
        roots = roots_of(proof);
    return {{"d", coded}, {"p", cut_proof(proof, receipt, raw_of(poll))}};
}

/// And back. @return null if it makes no sense.
Json decode_result(const Json& coded, const Json& expected, const Poll& poll, Json& roots)
{
    const bool has_proof = coded.is_object() && coded.contains("p") && coded.contains("d");
    auto value = decode_against(expected, has_proof ? coded.at("d") : coded);
    if (!value || !value->is_object())
        return nullptr;
    if (!has_proof)
        return *value;
    const Json receipt = value->value("result", Json());
    (*value)["proof"] = whole_proof(coded.at("p"), receipt, raw_of(poll));
    if (roots.is_null() && is_of_this_block(receipt))
        roots = roots_of((*value)["proof"]);
    return *value;
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
        method == "eth_getCode" || method == "eth_feeHistory")
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
    poll.result = kNoResult;
    poll.context.assign(raw.begin(), raw.end());
    poll.context.insert(poll.context.end(), sender.begin(), sender.end());
    return poll;
}

PollId poll_id(const Poll& poll)
{
    const Hash hash = keccak256(bytes_of(poll.call));
    const bool is_receipt = !poll.context.empty();
    std::span<const uint8_t> bytes(hash.data(), is_receipt ? kReceiptIdBytes : kPollIdBytes);
    return {number_of(bytes), is_receipt};
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
    const auto receipts = std::ranges::count_if(
        context.polls, [](const Poll* one) { return !one->context.empty(); });
    out.push_back(uint8_t(context.polls.size() - size_t(receipts)));
    out.push_back(uint8_t(receipts));
    for (const Poll* poll : context.polls) {
        const PollId id = poll_id(*poll);
        for (size_t i = id.is_receipt ? kReceiptIdBytes : kPollIdBytes; i-- > 0;)
            out.push_back(uint8_t(id.value >> (8 * i)));
    }
    out.insert(out.end(), check.begin(), check.end());
    Json list = Json::array({nullptr}), roots;
    for (size_t i = 0; i < news.results.size(); ++i) {
        Json value = news.results[i] ? Json::parse(*news.results[i]) : Json();
        if (value.is_null()) {
            list.push_back(nullptr);
            continue;
        }
        const Poll& poll = *context.polls[i];
        replace_all(value, news.head.value("hash", ""), kThisBlock);
        const Json expected =
            forecast_result(poll, context.polls, context.before, news.head, kThisBlock);
        list.push_back(code_result(std::move(value), expected, poll, roots));
    }
    list[0] = code_head(context.before, news.head, roots);
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
    const size_t polls = bytes[4], receipts = bytes[5];
    const size_t ids = polls * kPollIdBytes + receipts * kReceiptIdBytes;
    bytes = bytes.subspan(6);
    if (bytes.size() < ids + header.check.size())
        return {};
    for (size_t i = 0; i < polls + receipts; ++i) {
        const bool is_receipt = i >= polls;
        const size_t size = is_receipt ? kReceiptIdBytes : kPollIdBytes;
        header.polls.push_back({number_of(bytes.first(size)), is_receipt});
        bytes = bytes.subspan(size);
    }
    std::ranges::copy(bytes.first(header.check.size()), header.check.begin());
    header.rest = bytes.subspan(header.check.size());
    return header;
}

std::optional<News> decode_news(const NewsContext& context, const NewsHeader& header)
{
    const Bytes known = context_bytes(context);
    if (header.before != mark_of(context.before) ||
        header.check != first_of<2>(keccak256(known)))
        return {};
    const auto text = unpack_json(header.rest, known);
    const Json list = text ? json_rpc::parse(*text, kMaxDenseDepth) : Json();
    if (!list.is_array() || list.size() != 1 + context.polls.size())
        return {};
    const auto fields = decode_head(context.before, list[0]); // hash and roots may be wrong yet
    if (!fields)
        return {};
    Json roots;
    std::vector<Json> values;
    for (size_t i = 0; i < context.polls.size(); ++i) {
        const Poll& poll = *context.polls[i];
        const Json& coded = list[i + 1];
        const Json expected =
            forecast_result(poll, context.polls, context.before, *fields, kThisBlock);
        values.push_back(coded.is_null() ? coded : decode_result(coded, expected, poll, roots));
        if (values.back().is_null() && !coded.is_null())
            return {};
    }
    const auto head = decode_head(context.before, list[0], roots);
    if (!head)
        return {};
    News news{*head, {}};
    for (auto& value : values) {
        replace_all(value, kThisBlock, head->value("hash", ""));
        if (value.is_null())
            news.results.emplace_back();
        else if (auto result = value.dump(-1, ' ', false, Json::error_handler_t::replace);
                 json_rpc::parse(result).is_discarded())
            return {}; // each news could nest what was told deeper
        else
            news.results.emplace_back(std::move(result));
    }
    return news;
}

} // namespace depinsat::bridge::ethereum
