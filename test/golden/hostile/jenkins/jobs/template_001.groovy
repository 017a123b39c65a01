// Generated from project.yaml: edit that file and run `millrace generate`.
// Job DSL, run in the sandbox by jenkins/seed.Jenkinsfile after jenkins/jobs.groovy.

// What the jobs of a template differ in, and below it what they share.
[
    ['hostile/deliver/made-\'1\'-{n}', '1 {n} \'); pwned(\' {unknown} {1}', 'jenkins/template/it_s_1-21f2cc295a11.Jenkinsfile'],
    ['hostile/deliver/made-\'1\'-a (b)', '1 a (b) \'); pwned(\' {unknown} {1}', 'jenkins/template/it_s_1-21f2cc295a11.Jenkinsfile'],
    ['hostile/deliver/made-\'2\'-{n}', '2 {n} \'); pwned(\' {unknown} {2}', 'jenkins/template/it_s_2-7f8c665b4d60.Jenkinsfile'],
    ['hostile/deliver/made-\'2\'-a (b)', '2 a (b) \'); pwned(\' {unknown} {2}', 'jenkins/template/it_s_2-7f8c665b4d60.Jenkinsfile'],
].each { job, about, pipeline ->
    pipelineJob(job) {
        description(about)
        logRotator {
            daysToKeep(30)
            numToKeep(50)
        }
        properties {
            disableConcurrentBuilds {
                abortPrevious(false)
            }
        }
        definition {
            cpsScm {
                scm {
                    git {
                        remote {
                            url('https://git.example.com/a$b/it(s)/%27;&!.git')
                            credentials('git')
                        }
                        branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                    }
                }
                scriptPath(pipeline)
                lightweight(true)
            }
        }
    }
}
