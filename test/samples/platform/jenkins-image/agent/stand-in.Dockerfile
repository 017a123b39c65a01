# A stand-in for the target `agent` of ../Dockerfile, which downloads from hosts that a lab does not reach: its base has
# sshd, git, Node, the Docker client and this CLI already. The files that make an agent of it are the shipped ones.
FROM local/agent-base:1
COPY agent/sshd_config /etc/ssh/sshd_config
COPY agent/start-agent /usr/local/bin/start-agent
COPY agent/lab-environment /etc/millrace-lab
RUN chmod 0755 /usr/local/bin/start-agent && mkdir -p /home/jenkins/agent && chown -R 1000:1000 /home/jenkins
HEALTHCHECK --start-period=20s --interval=5s --timeout=5s --retries=4 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/22"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["start-agent"]
