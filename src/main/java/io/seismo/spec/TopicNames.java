package io.seismo.spec;

/**
 * Topics of a deployment: {@code seismo.<deployment>.<name>}.
 *
 * @param deployment name of the deployment
 */
public record TopicNames(String deployment) {

    public TopicNames {
        if (!deployment.matches("[a-zA-Z0-9_-]{1,80}")) {
            throw new IllegalArgumentException("deployment name '" + deployment
                    + "' must be 1 to 80 letters, digits, '-' or '_' since it becomes part of topic names");
        }
    }

    public String activations() {
        return topic("activations");
    }

    public String features() {
        return topic("features");
    }

    public String requestScores() {
        return topic("request-scores");
    }

    public String breaches() {
        return topic("breaches");
    }

    public String panePartials() {
        return topic("pane-partials");
    }

    public String alertLog() {
        return topic("alert-log");
    }

    public String alerts() {
        return topic("alerts");
    }

    public String paneDigests() {
        return topic("pane-digests");
    }

    public String snapshots() {
        return topic("snapshots");
    }

    public String epochs() {
        return topic("epochs");
    }

    public String deliveries() {
        return topic("deliveries");
    }

    private String topic(String name) {
        return "seismo." + deployment + "." + name;
    }
}
