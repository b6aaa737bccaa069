#pragma once

#include "bridge/http_client.h"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

/// The two kinds of answers, for http_client.cc.
namespace depinsat::bridge {

/// The request that a call makes.
boost::beast::http::request<boost::beast::http::string_body> request_of(const HttpCall&);

/// Drops what an answer tells browsers about other origins.
void strip_access_control(boost::beast::http::fields&);

void start_exchange(asio::io_context&,
                    std::shared_ptr<HttpPool>,
                    HttpCall,
                    std::function<void(HttpResult)> done);

std::unique_ptr<HttpDownload> start_download(asio::io_context&,
                                             std::shared_ptr<HttpPool>,
                                             HttpCall,
                                             std::function<void(unsigned status)> on_open,
                                             std::function<void(std::string_view)> on_data,
                                             std::function<void(HttpResult)> on_end);

} // namespace depinsat::bridge
