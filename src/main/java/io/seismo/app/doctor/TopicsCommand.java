package io.seismo.app.doctor;

import picocli.CommandLine.Command;

/** {@code seismo topics}: the topics of a deployment. */
@Command(
        name = "topics",
        description = "The Kafka topics of a deployment.",
        subcommands = {TopicsCreateCommand.class, TopicsCheckCommand.class})
public final class TopicsCommand {}
