#include "bridge/node_request.h"

#include <boost/beast/core/detail/base64.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>

namespace depinsat::bridge {
namespace {

/// "Basic ..." of what the file holds now; some nodes write it anew at each start.
std::string authorization(const std::filesystem::path& file)
{
    namespace base64 = boost::beast::detail::base64;
    std::string text;
    std::ifstream in(file);
    if (!std::getline(in, text))
        spdlog::warn("upstream.credentials_file: {} cannot be read", file.string());
    std::string out(base64::encoded_size(text.size()), '\0');
    out.resize(base64::encode(out.data(), text.data(), text.size()));
    return "Basic " + out;
}

} // namespace

HttpCall call_of(const config::Upstream& node, NodeRequest request)
{
    HttpCall call{.url = node.url};
    call.method = request.method;
    if (!request.target.empty()) {
        const std::string& base = node.url.path;
        call.target = base.substr(0, base.find_last_not_of('/') + 1) + request.target;
    }
    call.body = std::move(request.body);
    call.content_type = std::move(request.content_type);
    call.headers = std::move(request.headers);
    call.timeout = std::min(request.timeout, node.timeout);
    call.max_answer_bytes = request.max_answer_bytes;
    call.ca_file = node.ca_file;
    call.idempotent = request.idempotent;
    if (node.credentials_file)
        call.headers.emplace_back("Authorization", authorization(*node.credentials_file));
    return call;
}

} // namespace depinsat::bridge
