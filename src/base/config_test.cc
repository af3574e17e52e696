#include "base/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace floe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<ConfigOption> Options() {
  return {
      {"http.port", ConfigType::kInteger, "8080", "Port of the query endpoint."},
      {"http.host", ConfigType::kText, "127.0.0.1", "Address to listen on."},
      {"checkpoint.interval", ConfigType::kDuration, "10 s", ""},
      {"memory.limit", ConfigType::kBytes, "1 gb", ""},
      {"sample.rate", ConfigType::kNumber, "0.5", ""},
      {"demo", ConfigType::kBoolean, "false", ""},
      {"jobs", ConfigType::kList, "", ""},
      {"endpoints", ConfigType::kTree, "", ""},
      {"s3.secret_key", ConfigType::kText, "", "", true},
  };
}

ConfigSources FromYaml(std::string_view text) {
  Result<ConfigNode> file = ParseYaml(text, "floe.yaml");
  EXPECT_TRUE(file.ok()) << file.status().ToString();
  ConfigSources sources;
  if (file.ok()) sources.file = *std::move(file);
  sources.file_name = "floe.yaml";
  return sources;
}

std::string ErrorOf(const ConfigSources& sources) {
  const Result<Config> config = Config::Resolve(Options(), sources);
  EXPECT_FALSE(config.ok());
  if (config.ok()) return "";
  EXPECT_EQ(config.error().code(), ErrorCode::kInvalidConfiguration);
  return config.error().message();
}

TEST(ConfigTest, DefaultsAreTyped) {
  const Result<Config> config = Config::Resolve(Options(), {});
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->integer("http.port"), 8080);
  EXPECT_EQ(config->text("http.host"), "127.0.0.1");
  EXPECT_EQ(config->duration_ms("checkpoint.interval"), 10'000);
  EXPECT_EQ(config->bytes("memory.limit"), int64_t{1} << 30);
  EXPECT_EQ(config->number("sample.rate"), 0.5);
  EXPECT_FALSE(config->boolean("demo"));
  EXPECT_TRUE(config->list("jobs").empty());
  EXPECT_FALSE(config->has("endpoints"));
  EXPECT_EQ(config->origin("http.port"), "default");
}

TEST(ConfigTest, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
  ConfigSources sources = FromYaml("http:\n  port: 1\n  host: file\ncheckpoint.interval: 5min\n");
  sources.environment = {{"FLOE_HTTP_PORT", "2"}, {"FLOE_DEMO", "true"}};
  sources.flags = {{"http.port", "3"}};
  const Result<Config> config = Config::Resolve(Options(), sources);
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->integer("http.port"), 3);
  EXPECT_EQ(config->origin("http.port"), "flag --http-port");
  EXPECT_TRUE(config->boolean("demo"));
  EXPECT_EQ(config->origin("demo"), "environment variable FLOE_DEMO");
  EXPECT_EQ(config->text("http.host"), "file");
  EXPECT_EQ(config->origin("http.host"), "floe.yaml:3:3");
  EXPECT_EQ(config->duration_ms("checkpoint.interval"), 300'000);
}

TEST(ConfigTest, ListsAndTrees) {
  const Result<Config> config = Config::Resolve(
      Options(), FromYaml("jobs: [a.sql, b.sql]\nendpoints:\n  kafka:29092: embedded\n"));
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_THAT(config->list("jobs"), ElementsAre("a.sql", "b.sql"));
  const ConfigNode* kafka = config->tree("endpoints").Find("kafka:29092");
  ASSERT_NE(kafka, nullptr);
  EXPECT_EQ(kafka->scalar, "embedded");
  EXPECT_EQ(kafka->line, 3);

  ConfigSources environment;
  environment.environment = {{"FLOE_JOBS", "a.sql, b.sql,"}};
  EXPECT_THAT(Config::Resolve(Options(), environment)->list("jobs"), ElementsAre("a.sql", "b.sql"));
}

TEST(ConfigTest, AnEmptyValueInTheFileMeansTheDefault) {
  const Result<Config> config = Config::Resolve(Options(), FromYaml("http:\n  port:\njobs:\n"));
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->integer("http.port"), 8080);
}

TEST(ConfigTest, WrongValuesSayWhereAndWhy) {
  EXPECT_EQ(ErrorOf(FromYaml("http:\n  port: many\n")),
            "floe.yaml:2:3: 'http.port': 'many' is not an integer of 64 bits");
  EXPECT_EQ(ErrorOf(FromYaml("demo: yes please\n")),
            "floe.yaml:1:1: 'demo': 'yes please' is neither true nor false");
  EXPECT_THAT(ErrorOf(FromYaml("checkpoint:\n  interval: 10 parsecs\n")),
              HasSubstr("'10 parsecs' is not a duration: the unit 'parsecs' is not known"));
  EXPECT_THAT(ErrorOf(FromYaml("memory.limit: [1]\n")), HasSubstr("expected one value"));
  EXPECT_THAT(ErrorOf(FromYaml("sample.rate: .inf\n")), HasSubstr("is not a number"));
  EXPECT_THAT(ErrorOf(FromYaml("jobs: [[a]]\n")), HasSubstr("expected a list of words"));
  EXPECT_THAT(ErrorOf(FromYaml("http: 8080\n")), HasSubstr("is not a section"));
  ConfigSources environment;
  environment.environment = {{"FLOE_HTTP_PORT", "x"}};
  EXPECT_THAT(ErrorOf(environment), HasSubstr("environment variable FLOE_HTTP_PORT: 'http.port'"));
}

TEST(ConfigTest, UnknownKeysGetNearNames) {
  EXPECT_EQ(ErrorOf(FromYaml("http:\n  prot: 1\n")),
            "floe.yaml:2:3: 'http.prot': no such option; did you mean 'http.port' or 'http.host'?");
  ConfigSources flags;
  flags.flags = {{"htp.port", "1"}};
  EXPECT_THAT(ErrorOf(flags), HasSubstr("did you mean 'http.port'"));
  ConfigSources environment;
  environment.environment = {{"FLOE_HTTP_PROT", "1"}};
  const Result<Config> config = Config::Resolve(Options(), environment);
  ASSERT_TRUE(config.ok());
  ASSERT_EQ(config->warnings().size(), 1u);
  EXPECT_THAT(config->warnings()[0], HasSubstr("did you mean 'FLOE_HTTP_PORT'"));
}

TEST(ConfigTest, SecretsAreHiddenAndRefusedAsFlags) {
  ConfigSources sources;
  sources.environment = {{"FLOE_S3_SECRET_KEY", "canary"}};
  const Result<Config> config = Config::Resolve(Options(), sources);
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->text("s3.secret_key"), "canary");
  for (const Config::Entry& entry : config->Entries()) {
    EXPECT_THAT(entry.value, testing::Not(HasSubstr("canary")));
  }
  ConfigSources flags;
  flags.flags = {{"s3.secret_key", "canary"}};
  EXPECT_THAT(ErrorOf(flags), testing::Not(HasSubstr("canary")));
}

TEST(ConfigTest, OwnersReportWhatTheyRefuse) {
  const Result<Config> config = Config::Resolve(Options(), FromYaml("http.port: 70000\n"));
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->Invalid("http.port", "a port is at most 65535").message(),
            "floe.yaml:1:1: 'http.port': a port is at most 65535");
}

TEST(YamlTest, SyntaxErrorsHaveAPlace) {
  const Result<ConfigNode> broken = ParseYaml("a: [1,\nb: 2\n", "floe.yaml");
  ASSERT_FALSE(broken.ok());
  EXPECT_THAT(broken.error().message(), testing::MatchesRegex("floe\\.yaml:[0-9]+:[0-9]+: .+"));
}

TEST(YamlTest, RefusesWhatIsAmbiguousOrTooLarge) {
  EXPECT_THAT(ParseYaml("a: 1\na: 2\n", "f").error().message(),
              HasSubstr("f:2:1: the key 'a' is there twice"));
  EXPECT_THAT(ParseYaml("? [a]\n: 1\n", "f").error().message(), HasSubstr("a key must be a word"));
  std::string deep;
  for (int i = 0; i < limits::kMaxConfigDepth + 2; ++i) deep += "[";
  for (int i = 0; i < limits::kMaxConfigDepth + 2; ++i) deep += "]";
  EXPECT_THAT(ParseYaml(deep, "f").error().message(), HasSubstr("nested too deep"));
  EXPECT_THAT(ParseYaml(std::string(limits::kMaxConfigFileBytes + 1, ' '), "f").error().message(),
              HasSubstr("larger than 1 MiB"));
}

TEST(YamlTest, AliasBombsAreRefused) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 1; j < 10; ++j) bomb += ", " + last;
    bomb += "]\n";
  }
  EXPECT_THAT(ParseYaml(bomb, "f").error().message(), HasSubstr("too many values"));
}

TEST(YamlTest, AMissingFileIsNamed) {
  EXPECT_THAT(ReadYamlFile("no/such/floe.yaml").error().message(),
              HasSubstr("the file 'no/such/floe.yaml' can't be read: No such file"));
}

}  // namespace
}  // namespace floe
