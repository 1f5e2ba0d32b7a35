#pragma once
/// @file A Kafka cluster in the test's own process. Where OCEAN_WITHOUT_CLUSTER is defined there can be none.

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "ocean/catch.hpp"
#include "ocean/testing/test_run.hpp"

// ThreadSanitizer does not see threads made by thrd_create, as those of librdkafka are, and falls over them.
#ifdef OCEAN_UNDER_TSAN
#define OCEAN_WITHOUT_CLUSTER
#endif

#ifndef OCEAN_WITHOUT_CLUSTER
namespace ocean::app {

/// A cluster of one broker in this process, with a producer.
class KafkaCluster {
 public:
  explicit KafkaCluster(std::string topic) : topic_(std::move(topic)) {
    std::array<char, 256> problem{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", nullptr, 0);
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem.data(), problem.size());
    REQUIRE(producer_ != nullptr);
    cluster_ = rd_kafka_handle_mock_cluster(producer_);
    rd_kafka_mock_topic_create(cluster_, topic_.c_str(), 1, 1);
  }
  ~KafkaCluster() { rd_kafka_destroy(producer_); }
  KafkaCluster(const KafkaCluster&) = delete;
  KafkaCluster& operator=(const KafkaCluster&) = delete;

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  /// How many messages the group is done with.
  std::int64_t Acknowledged(const std::string& group) const {
    std::array<char, 256> problem{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers().c_str(), nullptr, 0);
    rd_kafka_conf_set(conf, "group.id", group.c_str(), nullptr, 0);
    rd_kafka_t* reader = rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem.data(), problem.size());
    REQUIRE(reader != nullptr);
    rd_kafka_topic_partition_list_t* partitions = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(partitions, topic_.c_str(), 0);
    CHECK(rd_kafka_committed(reader, partitions, 60'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
    const std::int64_t offset = partitions->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(partitions);
    rd_kafka_destroy(reader);
    return offset;
  }
  void Produce(std::string text) const {
    rd_kafka_topic_t* topic = rd_kafka_topic_new(producer_, topic_.c_str(), nullptr);
    CHECK(rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, text.data(), text.size(), nullptr, 0,
                           nullptr) == 0);
    rd_kafka_topic_destroy(topic);
    REQUIRE(rd_kafka_flush(producer_, 60'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }

 private:
  const std::string topic_;
  rd_kafka_t* producer_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace ocean::app
#endif
